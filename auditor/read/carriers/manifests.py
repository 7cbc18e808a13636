"""YAML that starts programs or rents machines, read by what each of its documents looks like.

Takes Compose files, Kubernetes objects, CI workflows, SkyPilot tasks, CloudFormation templates, Pulumi
programs and cloud-init; a document that is none of these starts nothing and has no effects.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.unit import Language, Unit
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.cloudformation import is_template, read_template
from auditor.read.carriers.containers import read_compose, read_kubernetes
from auditor.read.carriers.nodes import documents
from auditor.read.carriers.pulumi import is_program, read_program
from auditor.read.carriers.steps import read_workflow
from auditor.read.carriers.tasks import is_task, read_task
from auditor.read.carriers.userdata import read_cloud_config
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value


def read_manifest(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the documents of a YAML or JSON text."""
    carrier = Carrier(evaluation, unit, context)
    is_workflow = unit.language is Language.WORKFLOW
    for document in documents(evaluation, unit):
        if document.get("services") is not None and unit.language is not Language.WORKFLOW:
            read_compose(carrier, document)
        elif document.get("apiVersion") is not None and document.get("kind") is not None:
            read_kubernetes(carrier, document)
        elif is_program(document):
            read_program(carrier, document)
        elif is_template(document):
            read_template(carrier, document)
        elif unit.text.lstrip().startswith("#cloud-config"):
            read_cloud_config(carrier, document)
        elif is_task(document) and not is_workflow:
            read_task(carrier, document)
        else:
            read_workflow(carrier, document)
    return Outcome()
