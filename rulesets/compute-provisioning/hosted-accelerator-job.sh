#!/bin/bash
# ok: hosted-accelerator-job
modal app list
# ok: hosted-accelerator-job
kaggle datasets list
# ruleid: hosted-accelerator-job
modal run train.py
# ruleid: hosted-accelerator-job
kaggle kernels push -p .
