"""The language of a text: by its name, its first line, or its content; the operator's word is last."""

from __future__ import annotations

import time

import pytest

from auditor.errors import UsageError
from auditor.intake import language_named, recognise
from auditor.model.unit import Language

CASES = {
    "x.py": ("", Language.PYTHON),
    "x.sh": ("", Language.BASH),
    "X.PY": ("", Language.PYTHON),
    "run": ("#!/usr/bin/env python3\nprint(1)\n", Language.PYTHON),
    "start": ("#!/bin/sh\ntrue\n", Language.BASH),
    "odd": ("#!/usr/bin/env -S bash -eu\ntrue\n", Language.BASH),
    "Dockerfile": ("FROM debian\nRUN true\n", Language.DOCKERFILE),
    "notes.ipynb": ('{"cells": [], "nbformat": 4}', Language.NOTEBOOK),
    "data.json": ('{"a": 1}', Language.DATA),
    "rows.csv": ("a,b\n1,2\n", Language.DATA),
    "README.txt": ("Run `ssh -R 1:l:1 h` never.\n", Language.DATA),
    "app.js": ("console.log(1)\n", Language.JAVASCRIPT),
    "main.go": ("package main\n", Language.OTHER),
}


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=list(CASES))
def test_a_language_is_recognised(name: str, case: tuple[str, Language]) -> None:
    """Endings, well-known names and interpreter lines decide."""
    text, language = case
    assert recognise(name, text) is language


def test_nameless_code_is_recognised_by_content() -> None:
    """Text without a telling name, as on standard input, is told by what it holds."""
    assert recognise("<stdin>", "import os\n\ndef main():\n    os.system('true')\n") is Language.PYTHON
    assert recognise("<stdin>", 'set -eu\nfor f in *.txt; do echo "$f"; done\n') is Language.BASH


def test_an_unknown_language_is_named_with_the_known_ones() -> None:
    """`--language cobol` is a usage error."""
    assert language_named("bash") is Language.BASH
    with pytest.raises(UsageError, match="cobol"):
        language_named("cobol")


FILLERS = (
    *("\n", " ", "\t", "\n ", "\r", "a: b\n", "# x\n", "ARG x\n", "'''x", "a ", "a.b", "a(", "if ", "x = ", "A b "),
    *("@a.", "abc, ", "{{", '"Type" ', "apiVersion: x\n", '"', "services:\n", "env "),
)


@pytest.mark.parametrize("beginning", ["", "services:\n", "apiVersion:\n", "ARG x\n", "#!/usr/bin/env ", "[a"])
def test_recognising_takes_linear_time(beginning: str) -> None:
    """Texts are looked at in the operator's own process, before any worker with a bound of its own."""
    for path in ("a.yml", "a.json", "job"):
        for filler in FILLERS:
            start = time.process_time()
            recognise(path, beginning + filler * (80_000 // len(filler)))
            assert time.process_time() - start < 1, (path, filler)
