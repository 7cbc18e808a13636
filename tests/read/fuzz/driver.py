"""Run a reader over random texts in forked children with limits: no crash, no hang, no memory past the limit.

`python -m tests.read.fuzz.driver python --count 100000 --out build/fuzz` runs one target in the
background and keeps each text that broke something. A child reads texts one after the other and
tells its number before each, so that its death names the text.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS
from tests.read.fuzz.texts import TARGETS, text

RECURSION = 6_000  # as in the reading worker
BATCH = 200
SLACK_SECONDS = 3.0
"""What a reading may take past its limit before it counts as hung: the watch looks only between steps."""
MACHINERY_BYTES = 600_000_000
"""Address space that the interpreter and its libraries take before anything is read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that broke its reader, and how."""

    language: Language
    seed: int
    how: str


def text_of(language: Language, seed: int, *, is_short: bool = False) -> str:
    """Give the text of a seed."""
    return text(random.Random(f"{language.value} {seed}"), language, is_short=is_short)


def read(language: Language, source: str) -> None:
    """Read a text as a script."""
    Evaluation(Script.of(source, language)).read_script()


def failures(language: Language, seeds: range, *, is_short: bool = False) -> Iterator[Failure]:
    """Read the texts of seeds, each batch in a child; give those that failed."""
    at = seeds.start
    while at < seeds.stop:
        stop = min(at + BATCH, seeds.stop)
        last, how = _in_child(language, range(at, stop), is_short=is_short)
        if how:
            yield Failure(language, last, how)
            at = last + 1
        else:
            at = stop


def _in_child(language: Language, seeds: range, *, is_short: bool) -> tuple[int, str]:
    """Read some texts in a child; give the last number and how it failed, or nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(language, seeds, writer, is_short=is_short)
    os.close(writer)
    told = b""
    while piece := os.read(reader, 65_536):
        told += piece
    os.close(reader)
    _, status = os.waitpid(child, 0)
    lines = told.decode("utf-8", "replace").splitlines()
    numbers = [int(line) for line in lines if line.isdigit()]
    last = numbers[-1] if numbers else seeds.start
    problem = next((line for line in lines if not line.isdigit()), "")
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return last, "hung past its limit" if name in ("SIGALRM", "SIGPROF") else f"killed by {name}"
    return last, problem


def _child(language: Language, seeds: range, writer: int, *, is_short: bool) -> None:
    status = 1
    try:
        sys.setrecursionlimit(RECURSION)
        for number in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(number, signal.SIG_DFL)
        most = DEFAULT_LIMITS.worker_memory_bytes + MACHINERY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for seed in seeds:
            os.write(writer, f"{seed}\n".encode())
            source = text_of(language, seed, is_short=is_short)
            _watch(DEFAULT_LIMITS.read_seconds + SLACK_SECONDS)
            read(language, source)
            _watch(0)
        status = 0
    except BaseException as error:  # whatever a text causes is what is looked for
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where is not None else ""
        os.write(writer, f"raised {type(error).__name__} at {place}: {str(error)[:200]!r}\n".encode())
    finally:
        os._exit(status)


def _watch(seconds: float) -> None:
    """End this process past so much processor time, or many times as much on the clock: the machine may be busy."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10 * seconds)


def main() -> None:
    """Run one target for long, and keep what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=[language.value for language in TARGETS])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    language = Language(asked.language)
    begin = time.monotonic()
    count = 0
    for failure in failures(language, range(asked.first, asked.first + asked.count)):
        count += 1
        print(failure.seed, failure.how, flush=True)
        if asked.out:
            asked.out.mkdir(parents=True, exist_ok=True)
            kept = asked.out / f"{language.value}-{failure.seed}.txt"
            kept.write_text(text_of(language, failure.seed), encoding="utf-8", errors="surrogatepass")
    print(f"{language.value}: {asked.count} texts, {count} failures, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
