"""Bandit's checks: each of those installed is either adopted, with a card, or left out, with a reason."""

from __future__ import annotations

import warnings
from typing import Any

import yaml

from auditor.settings import shipped_rulesets


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((shipped_rulesets() / "bandit.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_check_is_decided_upon() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Bandit's own, while it loads
        from bandit.core.extension_loader import MANAGER  # type: ignore[import-untyped]

    installed = set(MANAGER.plugins_by_id) | set(MANAGER.blacklist_by_id)
    adopted = {row["id"] for row in document()["checks"]}
    left_out = set(document()["left-out"])
    assert len(installed) > 60
    assert adopted | left_out == installed
    assert adopted & left_out == set()


def test_each_adopted_check_has_examples() -> None:
    text = (shipped_rulesets() / "bandit.py").read_text(encoding="utf-8")
    for row in document()["checks"]:
        assert f"# ruleid: {row['rule']}\n" in text
        assert f"# ok: {row['rule']}\n" in text
