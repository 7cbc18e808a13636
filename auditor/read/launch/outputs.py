"""What a program is given that another printed: processes on the GPUs that are ended, an environment that is sent.

Takes a program start whose arguments hold another program's output, records what that means. The
pipelines of the same are rules' own business.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Context, Evaluation
from auditor.read.values import Value, words_of

_GPU_TOOLS = frozenset({"nvidia-smi", "rocm-smi"})
_SENDERS = frozenset({"curl", "wget", "http", "https", "xh"})


def note_output(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> None:
    """Record `kill $(nvidia-smi …)` and `curl -d "$(env)" …` for what they are."""
    if program != "kill" and program not in _SENDERS:
        return
    for argument in arguments:
        for word in words_of(argument):
            tools = {part.detail for part in word.parts if isinstance(part, Hole) and part.source is Source.COMMAND}
            if program == "kill" and tools & _GPU_TOOLS:
                evaluation.emit("process.kill", "gpu", argument, place=context.place)
            elif program in _SENDERS and tools & {"env", "printenv"}:
                row = (Word.of(program), *(words_of(each)[0] for each in arguments))
                evaluation.emit_stages(((Word.of("env"),), row), context.place)
