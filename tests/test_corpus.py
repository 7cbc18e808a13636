"""The corpus: every script is judged as its manifest says, warm and in a batch, and all are inert."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from auditor.model.report import Report
from tests.corpus import CORPUS, Sample, collections, samples

if TYPE_CHECKING:
    from auditor import Auditor

SAMPLES = samples()
# Real services stand in samples only where a rule is about their names, or where a harmless twin lists them.
REAL_NAMES = {
    "2miners.com",
    "f2pool.com",
    "hashvault.pro",
    "localhost.run",
    "moneroocean.stream",
    "nanopool.org",
    "supportxmr.com",
    "trycloudflare.com",
}
RESERVED = (".example", ".invalid", "localhost")


def summary(report: Report) -> tuple[str, list[str], list[str]]:
    rules = sorted({finding.rule.id for finding in report.findings})
    return report.verdict.value, rules, [f"{gap.stage.value}: {gap.why.value}: {gap.what}" for gap in report.gaps]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_a_sample_is_judged_as_the_manifest_says(sample: Sample, warm: Auditor) -> None:
    """The verdict and the rules are those of the manifest, and nothing was left unexamined."""
    report = warm.audit(sample.file.read_bytes(), path=sample.path)
    assert summary(report) == (sample.verdict, sorted(sample.rules), [])
    assert report.script.language.value == sample.language


def test_a_batch_says_the_same(warm: Auditor) -> None:
    """One batch over the two directories gives the verdicts and rules of the manifest."""
    expected: dict[str, tuple[str, list[str], list[str]]] = {
        sample.path: (sample.verdict, sorted(sample.rules), []) for sample in SAMPLES
    }
    found = {}
    folders = [CORPUS / "hostile", *sorted((CORPUS / "benign").iterdir())]
    for report in warm.audit_paths([str(folder) for folder in folders if folder.name != "dual-use"]):
        assert isinstance(report, Report), f"skipped: {report}"
        found[report.script.path.removeprefix(f"{CORPUS}/")] = summary(report)
    assert found == expected


def test_there_are_samples_enough() -> None:
    """The checks above ran over at least 30 hostile and 40 harmless scripts, in both languages and for all of ROME."""
    labels = Counter(sample.label for sample in SAMPLES)
    assert labels["hostile"] >= 30
    assert labels["benign"] >= 40
    assert set(labels) == {"hostile", "benign"}
    assert {sample.language for sample in SAMPLES} == {"python", "bash"}
    assert {sample.rome for sample in SAMPLES} == {"", "tunnel", "mining", "compute", "probing"}


def test_manifest_and_files_agree() -> None:
    """Every file has an entry and every entry a file; ids and paths are unique."""
    files = {
        path.relative_to(CORPUS).as_posix()
        for label in ("hostile", "benign")
        for path in (CORPUS / label).rglob("*")
        if path.is_file()
    }
    assert files == {sample.path for sample in SAMPLES} | {each.path for each in collections()}
    assert len({sample.path for sample in SAMPLES}) == len({sample.id for sample in SAMPLES}) == len(SAMPLES)


def test_entries_are_consistent() -> None:
    """Labels fit folders and verdicts; each hostile sample has a harmless twin that names it back."""
    by_id = {sample.id: sample for sample in SAMPLES}
    for sample in SAMPLES:
        assert sample.path.startswith(f"{sample.label}/{sample.family}/"), sample.id
        assert (sample.verdict == "allow") == (sample.label == "benign"), sample.id
        assert sample.says, sample.id
        if sample.label == "hostile":
            assert sample.rules, f"{sample.id} expects no rule"
            assert sample.pair, f"{sample.id} has no twin"
        if sample.pair:
            twin = by_id[sample.pair]
            assert twin.pair == sample.id
            assert twin.label != sample.label
            assert twin.rome == sample.rome


def test_samples_are_whole_scripts() -> None:
    """A sample is as long as what an agent writes: at least eight lines, and at most 120."""
    lengths = {sample.id: len(sample.file.read_text(encoding="utf-8").splitlines()) for sample in SAMPLES}
    assert {name: length for name, length in lengths.items() if not 8 <= length <= 120} == {}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_a_sample_is_inert(sample: Sample) -> None:
    """Addresses are for documentation or private; names are reserved, or of a service that a rule is about."""
    text = sample.file.read_text(encoding="utf-8")
    for match in re.finditer(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text):
        address = ipaddress.ip_address(match[0])
        assert address.is_private or address.is_unspecified, match[0]
    for match in re.finditer(
        r"(?:https?|ssh|stratum\+\w+)://([A-Za-z][A-Za-z0-9.-]*)|\w@([a-z][a-z0-9.-]*\.[a-z]+)", text
    ):
        host = (match[1] or match[2]).lower().rstrip(".")
        assert host.endswith(RESERVED) or any(host == name or host.endswith("." + name) for name in REAL_NAMES), host
    assert not re.search(r"\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b", text.replace("48" + "x" * 93, "")), "a wallet"
