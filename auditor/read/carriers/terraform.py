"""Terraform: machines rented, what they run when they start, and what the plan runs on this machine.

Resources are those of the providers' own references at https://registry.terraform.io/. A `local-exec`
provisioner and the `external` data source start programs here; user data and `remote-exec` run there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from auditor.model.gap import Why
from auditor.model.place import START, Place
from auditor.model.unit import Language, Unit
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.hcl import Block, Expression, Reader
from auditor.read.carriers.hcl_values import Values
from auditor.read.carriers.rentals import KINDS, RENTALS
from auditor.read.carriers.terraform_json import MOST_LINES, as_hcl, is_terraform
from auditor.read.carriers.userdata import run_user_data
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.made import note_disguise
from auditor.read.programs.pieces import head_of
from auditor.read.values import EMPTY, Known, Value, concat

_USER_DATA = ("user_data", "user_data_base64", "custom_data", "startup_script", "metadata_startup_script", "on_start")
_REGIONS = ("region", "location", "zone", "availability_zone", "availability_domain", "datacenter")
_COUNTS = ("count", "desired_capacity", "instance_count", "initial_instance_count", "target_capacity", "target_size",
           "node_count", "instances", "num_instances", "gpu_count", "desired_size", "min_count")  # fmt: skip
_METADATA = re.compile(r"startup-script|user-data")


def read_terraform(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the resources of a file in order."""
    text = unit.text
    if text.lstrip().startswith(("{", "[")):
        return _read_json(evaluation, unit, context)
    reader = Reader(text)
    file = reader.read()
    if reader.is_too_deep:
        evaluation.gap(Why.TOO_DEEP, "blocks nested too deep", Place(unit.id, START))
    carrier = Carrier(evaluation, unit, context)
    plan = _Plan(carrier, file)
    for block in file.blocks:
        evaluation.spend()
        plan.read(block)
    return Outcome()


def _read_json(evaluation: Evaluation, unit: Unit, context: Context) -> Outcome:
    """Read Terraform's JSON as the HCL that it stands for, in a unit of its own."""
    try:
        document = msgspec.json.decode(unit.text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        evaluation.gap(Why.NOT_PARSED, "not valid JSON", Place(unit.id, START))
        return Outcome()
    if is_terraform(document):
        inner = replace(context, place=Place(unit.id, START))
        text = as_hcl(document)
        if text.count("\n") >= MOST_LINES:
            evaluation.gap(Why.TOO_MANY, f"more than {MOST_LINES} lines of Terraform's JSON", inner.place)
        return evaluation.run_code(Language.TERRAFORM, Known(text), inner, made_by="Terraform's JSON")
    return Outcome()


class _Plan:
    """The resources of one file, with its variables and the regions of its providers."""

    def __init__(self, carrier: Carrier, file: Block) -> None:
        self.carrier = carrier
        self.values = Values(carrier, file)
        self.regions = {
            block.labels[0]: self.values.single(block.attributes["region"])
            for block in file.blocks
            if block.kind == "provider" and block.labels and "region" in block.attributes
        }

    def read(self, block: Block) -> None:
        """Read a top-level block."""
        if block.kind == "resource" and block.labels:
            self._rent(block)
            self._start(block)
            for inner in block.blocks:
                if inner.kind == "provisioner" and inner.labels:
                    self._provision(inner)
                elif inner.kind not in {"lifecycle", "tags"}:
                    self._start(inner)
        elif block.kind == "data" and block.labels[:1] == ("external",):
            self._program(block)

    def _at(self, expression: Expression) -> Context:
        return self.carrier.at(expression.span)

    def _rent(self, block: Block) -> None:
        kind = block.labels[0]
        rental = RENTALS.get(kind)
        if rental is None:
            return
        provider, service = rental
        named = self._find(block, KINDS)
        accelerator = self._find(block, ("type", "accelerator_type"), inside=("guest_accelerator", "accelerators"))
        expression = accelerator or named
        kinds = self.values.of(expression) if expression is not None else [Known("default")]
        counted = next((found for name in _COUNTS if (found := self._find(block, (name,))) is not None), None)
        count = self.values.single(counted) if counted is not None else Known("1")
        where = self._find(block, _REGIONS)
        region = self.values.single(where) if where is not None else self.regions.get(kind.partition("_")[0])
        for one in kinds if isinstance(kinds, list) else [kinds]:
            place = Place(self.carrier.unit.id, expression.span if expression is not None else block.span)
            words = [one, count, region or Known("default")]
            self.carrier.evaluation.emit("cloud.provision", provider, service, *words, place=place)

    def _find(
        self, block: Block, names: Sequence[str], inside: Sequence[str] = (), depth: int = 0
    ) -> Expression | None:
        """Find the first attribute of one of these names, in a block or those below it."""
        if not inside or block.kind in inside:
            for name in names:
                if name in block.attributes:
                    return block.attributes[name]
        if depth > 6:
            return None
        inner = (self._find(one, names, inside, depth + 1) for one in block.blocks if one.kind != "provisioner")
        return next((found for found in inner if found is not None), None)

    def _start(self, block: Block) -> None:
        """Read what a machine runs when it starts."""
        for name in _USER_DATA:
            expression = block.attributes.get(name)
            if expression is not None:
                self._user_data(expression, self.values.single(expression), name)
        metadata = block.attributes.get("metadata")
        if metadata is None:
            return
        for index, token in enumerate(metadata.tokens[:-2]):
            if token.kind in {"text", "name"} and _METADATA.fullmatch(token.text):
                value = Expression([metadata.tokens[index + 2]], metadata.span)
                self._user_data(value, self.values.single(value), token.text)

    def _user_data(self, expression: Expression, value: Value, name: str) -> None:
        is_heredoc = any(token.kind == "heredoc" for token in expression.tokens[:1])
        shifted = concat((Known("\n"), value)) if is_heredoc and head_of(value).startswith("#") else value
        context = replace(self._at(expression), environment={})
        is_script = "startup" in name
        run_user_data(self.carrier.evaluation, shifted, context, "user_data", is_script=is_script)

    def _provision(self, block: Block) -> None:
        if block.labels[0] == "local-exec":
            command = block.attributes.get("command")
            if command is None:
                return
            interpreter = self.values.of(block.attributes.get("interpreter"))
            value = self.values.single(command)
            context = self._at(command)
            if isinstance(interpreter, list) and interpreter:
                self.carrier.evaluation.launch([*interpreter, value], context)
            else:
                is_heredoc = command.tokens[:1] != [] and command.tokens[0].kind == "heredoc"
                code = concat((Known("\n"), value)) if is_heredoc else value
                note_disguise(self.carrier.evaluation, Language.BASH, value, context)
                self.carrier.evaluation.run_code(Language.BASH, code, context, made_by="local-exec")
            return
        for name in ("inline", "script", "scripts"):
            expression = block.attributes.get(name)
            if expression is None or block.labels[0] != "remote-exec":
                continue
            found = self.values.of(expression)
            lines = found if isinstance(found, list) else [found]
            if name != "inline":
                lines = [self.carrier.evaluation.files.read(path) for path in lines]
            pieces = [piece for line in lines for piece in (line, Known("\n"))]
            context = replace(self._at(expression), environment={})
            code = concat(pieces) if pieces else EMPTY
            self.carrier.evaluation.run_code(Language.BASH, code, context, made_by=f"remote-exec {name}")

    def _program(self, block: Block) -> None:
        """Start the program of an `external` data source."""
        program = block.attributes.get("program")
        if program is not None:
            words = self.values.of(program)
            argv = words if isinstance(words, list) else [words]
            if argv:
                self.carrier.evaluation.launch(argv, self._at(program))
