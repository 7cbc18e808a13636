#!/bin/bash
# ok: fork-bomb
: > log
# ok: fork-bomb
true | :
# ruleid: fork-bomb
:(){ :|:& };:
# ruleid: fork-bomb
:(){ : | : & }; :
