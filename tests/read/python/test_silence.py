"""Ordinary code passes in silence: mention is not use, and what only looks like a sink is none."""

from __future__ import annotations

import pytest

from tests.read.python.readings import lines_of, read

QUIET = {
    "words in strings": '''
        """Blocks `ssh -R 2222:localhost:22 host` and xmrig."""
        import logging, re
        BAD = ["ssh -R", "xmrig", "stratum+tcp://"]
        def check(command):
            if any(bad in command for bad in BAD):
                logging.warning("refused: ssh -R %s", command)
                raise ValueError("no ssh -R here")
            print("ssh -N -R 1:localhost:22 x")
            return re.search("xmrig", command)
        check("ls")
        ''',
    "methods that share a sink's name": """
        class Model:
            def eval(self): return self
            def system(self, prompt): return prompt
        m = Model()
        m.eval().system("ssh -R 1:localhost:22 host")
        """,
    "plugins by name": """
        import importlib
        def load(name): return importlib.import_module(f"plugins.{name}")
        def make(config): return getattr(load(config["module"]), config["class"])(**config["options"])
        """,
    "decoded images": """
        import base64
        LOGO = base64.b64decode("iVBORw0KGgo=")
        def show(canvas): canvas.draw(LOGO)
        """,
    "Caesar cipher": """
        def shift(text, by):
            return "".join(chr((ord(c) - 97 + by) % 26 + 97) if c.isalpha() else c for c in text)
        print(shift("hello", 3))
        """,
    "formulas and settings": """
        import sympy, yaml, pandas as pd, numexpr as ne
        x = sympy.sympify("x**2 + sin(y)")
        table = pd.read_csv("a.csv").query("age > 30 and name == 'ssh'")
        big = table.eval("total = a + b") if ne.evaluate("1 + 1") else pd.eval("2 * 3")
        settings = yaml.safe_load("command: ssh -R 1:localhost:22 host")
        other = yaml.load("a: !!python/object/apply:os.system ['id']", Loader=yaml.SafeLoader)
        """,
    "reading files": """
        import json
        with open("settings.json") as f:
            settings = json.load(f)
        for line in open("data.txt"):
            print(line.strip())
        """,
    "listing machines": """
        import boto3
        for page in boto3.client("ec2").describe_instances()["Reservations"]:
            print(page)
        """,
    "a server's own socket options": """
        import socket
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        """,
}


@pytest.mark.parametrize("name", QUIET)
def test_ordinary_code_has_no_effect(name: str) -> None:
    """No effect, no gap, no unit but the script itself."""
    reading = read(QUIET[name])
    assert lines_of(reading) == []
    assert not reading.gaps
    assert len(reading.units) == 1
