#!/bin/bash
# ok: data-published
gh pr create --fill
# ok: data-published
huggingface-cli download org/model
# ruleid: data-published
gh gist create notes.md
# ruleid: data-published
huggingface-cli upload org/model ./out
