"""Which reader reads which language. Readers are imported when first needed: libcst and tree-sitter are heavy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from auditor.model.unit import Language, Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value

_SCRIPTING = frozenset({Language.PERL, Language.RUBY, Language.PHP, Language.LUA, Language.AWK})
"""Languages read by their sinks where they stand inside another script; a whole script in one of them is a gap."""
Reader = Callable[[Evaluation, Unit, Context, Sequence[Value]], Outcome]


@cache
def reader_of(language: Language) -> Reader | None:
    """Give the reader of a language, or None where there is none yet."""
    if language is Language.PYTHON:
        from auditor.read.python import read_python

        return read_python
    if language is Language.BASH:
        from auditor.read.shell import read_shell

        return read_shell
    if language in (Language.JAVASCRIPT, Language.TYPESCRIPT):
        from auditor.read.javascript import read_javascript

        return read_javascript
    if language is Language.SSH_CONFIG:
        from auditor.read.programs.ssh_config import read_ssh_config

        return read_ssh_config
    if language is Language.MARKDOWN:
        from auditor.read.carriers.markdown import read_markdown

        return read_markdown
    if language is Language.DATA:
        from auditor.read.carriers.configurations import read_configuration

        return read_configuration
    if language in _SCRIPTING:
        from auditor.read.launch.scripting import read_scripting

        return read_scripting
    return _carrier_of(language)


def _carrier_of(language: Language) -> Reader | None:
    if language is Language.DOCKERFILE:
        from auditor.read.carriers.dockerfile import read_dockerfile

        return read_dockerfile
    if language is Language.TERRAFORM:
        from auditor.read.carriers.terraform import read_terraform

        return read_terraform
    if language is Language.NOTEBOOK:
        from auditor.read.carriers.notebook import read_notebook

        return read_notebook
    if language in (Language.COMPOSE, Language.WORKFLOW, Language.MANIFEST):
        from auditor.read.carriers.manifests import read_manifest

        return read_manifest
    if language in (Language.MAKEFILE, Language.SYSTEMD, Language.CRONTAB):
        from auditor.read.carriers import makefile, recipes

        readers: dict[Language, Reader] = {
            Language.MAKEFILE: makefile.read_makefile,
            Language.SYSTEMD: recipes.read_systemd,
            Language.CRONTAB: recipes.read_crontab,
        }
        return readers[language]
    return None
