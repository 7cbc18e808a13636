"""The pool: as many results as scripts, in their order, whatever a script does to its worker."""

from __future__ import annotations

import pytest

import auditor.corpora.pool as module
from auditor.corpora.audited import Item
from auditor.corpora.pool import Pool
from auditor.corpora.terms import package_digest, terms_of
from auditor.errors import EngineError
from tests.corpora.conftest import fake_pool


def items(*texts: str) -> list[Item]:
    return [Item(text.encode(), f"{number}.sh") for number, text in enumerate(texts)]


def test_results_come_in_order(pool: Pool) -> None:
    """One per script, also for no script at all."""
    answers = pool.submit(items("deny", "clean", "review", "clean")).result()
    assert [answer.verdict for answer in answers] == ["deny", "allow", "review", "allow"]
    assert pool.submit([]).result() == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [("kill-the-worker", "died (signal 9)"), ("raise-in-the-worker", "ValueError: raised")],
)
def test_a_script_that_kills_its_worker_is_a_gap_in_its_row(pool: Pool, text: str, what: str) -> None:
    """And only in its row: the scripts of the same batch get their own results."""
    answers = pool.submit(items("deny", "clean", text, "clean", "review")).result()
    assert [answer.verdict for answer in answers] == ["deny", "allow", "review", "allow", "review"]
    assert [len(answer.gaps) for answer in answers] == [0, 0, 1, 0, 0]
    assert what in answers[2].gaps[0].what
    assert pool.submit(items("deny")).result()[0].verdict == "deny"


def test_a_script_that_hangs_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker is killed when the time of its batch is over."""
    monkeypatch.setattr(module, "_START_SECONDS", 0.4)
    with fake_pool(1, each_seconds=0.0) as pool:
        pool.submit(items("clean")).result()
        answers = pool.submit(items("hang-the-worker", "deny")).result()
    assert [answer.verdict for answer in answers] == ["review", "deny"]
    assert answers[0].gaps[0].why == "timed out"


def test_a_stage_that_cannot_run_is_no_result(pool: Pool) -> None:
    """An engine that is missing must not look like a thousand scripts with gaps."""
    with pytest.raises(EngineError, match="no Semgrep"):
        pool.submit(items("clean", "engine-is-missing")).result()


def test_keys_differ_by_what_the_answer_depends_on() -> None:
    """Text, language, name, surroundings and terms; not the folder."""
    item = Item(b"ls", "a/run.sh")
    others = [
        Item(b"ls ", "a/run.sh"),
        Item(b"ls", "a/run.py"),
        Item(b"ls", "a/run.sh", "bash"),
        Item(b"ls", "a/run.sh", None, "/w"),
        Item(b"ls", "a/run.sh", None, "", (("x.py", "1"),)),
        Item(b"ls", "a/run.sh", None, "", (("x.py1", ""),)),
    ]
    keys = [each.key("terms") for each in (item, *others)]
    assert len({*keys, item.key("other terms")}) == len(keys) + 1
    assert Item(b"ls", "b/run.sh").key("terms") == item.key("terms")


@pytest.mark.parametrize(
    ("data", "one", "other"),
    [
        (b"Host *\n  ProxyCommand x\n", "home/.ssh/config", "app/config"),
        (b"steps:\n  - run: ls\n", ".github/workflows/a.yml", "data/a.yml"),
        (b'cd "$(dirname "$0")"\n', "a/run.sh", "b/run.sh"),
        (b"import pathlib\nprint(pathlib.Path(__file__).parent)\n", "a/run.py", "b/run.py"),
    ],
)
def test_paths_count_where_reading_uses_them(data: bytes, one: str, other: str) -> None:
    """The folder tells the language of some files, and some scripts ask where they stand."""
    assert Item(data, one).key("terms") != Item(data, other).key("terms")


def test_terms_name_the_engines_and_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Semgrep, or a changed checkout, gives other keys."""
    before = terms_of(None, None, texts="flagged")
    assert "semgrep=" in before.text
    assert package_digest() in before.text
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
    assert terms_of(None, None, texts="flagged").text != before.text
