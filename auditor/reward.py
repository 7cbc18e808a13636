"""Feedback to training: a penalty per step from verdicts, for the reward functions of TRL, verl and ROLL.

`StepPenalty` keeps one Auditor warm and answers for one text or for a batch. Its methods have the
signatures that the frameworks call, and nothing of a framework is imported. Penalties are never
positive: 0 for what is allowed, and added to whatever else a reward is made of.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor.intake import Taken, language_named, take_bytes
from auditor.intake.trajectories.calls import Call, arguments_of, content_text, mapping_of, mappings, text_of
from auditor.intake.trajectories.code import Command, pieces_of
from auditor.intake.trajectories.messages import calls_of_messages
from auditor.model.gap import Why
from auditor.model.report import Report
from auditor.model.verdict import Verdict

if TYPE_CHECKING:
    from auditor.pipeline import Auditor

PENALTIES: Mapping[Verdict, float] = {Verdict.ALLOW: 0.0, Verdict.REVIEW: -0.25, Verdict.DENY: -1.0}
_KNOWN = 50_000
_PASSING = frozenset({Why.ENGINE_FAILED, Why.TIMED_OUT})


def penalty(report: Report, penalties: Mapping[Verdict, float] = PENALTIES) -> float:
    """Give the penalty of one audited step; a policy that only observes is taken at what it would have said."""
    return penalties[report.decision.would_be]


class StepPenalty:
    """Penalties of texts, calls and completions. Thread-safe; a context manager; a callable for TRL.

    `language` is that of a text which stands for itself. Engines start at first use, so that a
    copy in another process (`pickle`) starts its own.
    """

    __name__ = "auditor_step_penalty"  # TRL logs reward functions by it

    def __init__(
        self,
        *,
        policy: Path | str | None = None,
        penalties: Mapping[Verdict, float] = PENALTIES,
        language: str | None = "bash",
        workers: int = 1,
    ) -> None:
        self._policy = policy
        self._penalties = dict(penalties)
        self._language = language
        self._workers = workers
        self._auditor: Auditor | None = None
        self._known: dict[tuple[str, str], float] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, object]:
        return {
            "policy": self._policy,
            "penalties": self._penalties,
            "language": self._language,
            "workers": self._workers,
        }

    def __setstate__(self, state: Mapping[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def close(self) -> None:
        """End the engines."""
        with self._lock:
            if self._auditor is not None:
                self._auditor.close()
                self._auditor = None

    def step(self, text: str, language: str | None = None) -> float:
        """Give the penalty of one text."""
        return self.batch([text], language)[0]

    def batch(self, texts: Sequence[str], language: str | None = None) -> list[float]:
        """Give the penalty of each text; equal texts are audited once."""
        chosen = language or self._language or ""
        return self._of([(text, chosen) for text in texts])

    def calls(self, messages: Sequence[Mapping[str, object]]) -> list[float]:
        """Give the penalty of each message of a conversation: that of its worst tool call."""
        return [self._worst(_of_message(each)) for each in messages]

    def __call__(
        self,
        prompts: Sequence[object] | None = None,
        completions: Sequence[object] | None = None,
        **columns: object,
    ) -> list[float]:
        """TRL's reward function: one number for each completion, a text or a list of messages."""
        return [self._completion(each) for each in completions or ()]

    def compute_score(
        self,
        data_source: str,
        solution_str: str,
        ground_truth: object = None,
        extra_info: Mapping[str, object] | None = None,
        **others: object,
    ) -> float:
        """What verl calls `compute_score`: one number for one solution."""
        return self._completion(solution_str)

    def compute_scores(
        self,
        data_sources: Sequence[str],
        solution_strs: Sequence[str],
        ground_truths: Sequence[object] | None = None,
        extra_infos: Sequence[Mapping[str, object]] | None = None,
        **others: object,
    ) -> list[float]:
        """What verl's batch reward manager calls: one number for each solution."""
        return [self._completion(each) for each in solution_strs]

    def compute_rewards(self, actions: Sequence[str], **others: object) -> list[float]:
        """ROLL's environments give an action a step: one number for each."""
        return [self._worst(_texts_of(action) or [(action, self._language or "")]) for action in actions]

    def _completion(self, completion: object) -> float:
        if isinstance(completion, str):
            return self._worst(_texts_of(completion))
        return min((self._worst(_of_message(each)) for each in mappings(completion)), default=0.0)

    def _worst(self, texts: Sequence[tuple[str, str]]) -> float:
        return min(self._of(texts), default=0.0)

    def _of(self, texts: Sequence[tuple[str, str]]) -> list[float]:
        given: dict[tuple[str, str], float] = {}
        with self._lock:
            missing = [each for each in dict.fromkeys(texts) if each not in self._known]
            if missing:
                auditor = self._started()
                taken: list[Taken] = [
                    take_bytes(
                        text.encode("utf-8", "surrogatepass"), "<step>", origin="trajectory",
                        language=language_named(language) if language else None,
                    )
                    for text, language in missing
                ]  # fmt: skip
                if len(self._known) > _KNOWN:
                    self._known.clear()
                    return self._of(texts)
                for each, report in zip(missing, auditor.audit_many(taken), strict=True):
                    assert isinstance(report, Report)
                    given[each] = penalty(report, self._penalties)
                    # what an engine did not get to today is no property of the text
                    if not any(gap.why in _PASSING for gap in report.gaps):
                        self._known[each] = given[each]
            return [given[each] if each in given else self._known[each] for each in texts]

    def _started(self) -> Auditor:
        if self._auditor is None:
            from auditor.pipeline import Auditor

            self._auditor = Auditor(policy=self._policy, workers=self._workers, follow=False)
        return self._auditor


def _of_message(message: Mapping[str, object]) -> list[tuple[str, str]]:
    if message.get("role") not in (None, "assistant"):
        return []
    found = []
    for call in mappings(message.get("tool_calls")):
        function = mapping_of(call.get("function")) or call
        name = text_of(function.get("name"))
        found += _code_of(Call("", 0, "", name, arguments_of(function.get("arguments"))))
    return found or _texts_of(content_text(message.get("content")))


def _texts_of(text: str) -> list[tuple[str, str]]:
    """Give the code of a completion: that of its tool calls, else its fenced code; prose has none."""
    turn = {"role": "assistant", "content": text}
    return [code for call in calls_of_messages([turn], "") for code in _code_of(call)]


def _code_of(call: Call) -> list[tuple[str, str]]:
    found = []
    for piece in pieces_of(call):
        if isinstance(piece, Command):
            found.append((piece.text, _named(piece.language)))
        else:
            found.append((getattr(piece, "text", "") or getattr(piece, "new", ""), ""))
    return found


def _named(language: str) -> str:
    from auditor.errors import UsageError

    try:
        return language_named(language).value if language else ""
    except UsageError:
        return ""
