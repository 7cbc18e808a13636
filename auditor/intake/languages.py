"""Which language a text is written in, by its name, its first line, or its content.

Takes a file name and the beginning of its text, gives a Language; never runs or parses the text.
A text that is no code is DATA; code in a language nobody reads yet keeps its language, so that
the reading stage can say that it was not examined.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from auditor.errors import UsageError
from auditor.model.unit import Language

CODE_ENDINGS: dict[str, Language] = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".pyw": Language.PYTHON,
    ".sh": Language.BASH,
    ".bash": Language.BASH,
    ".zsh": Language.BASH,
    ".ksh": Language.BASH,
    ".dash": Language.BASH,
    ".command": Language.BASH,
    ".ipynb": Language.NOTEBOOK,
    ".dockerfile": Language.DOCKERFILE,
    ".containerfile": Language.DOCKERFILE,
    ".mk": Language.MAKEFILE,
    ".service": Language.SYSTEMD,
    ".timer": Language.SYSTEMD,
    ".tf": Language.TERRAFORM,
    ".tofu": Language.TERRAFORM,
    ".js": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".jsx": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".tsx": Language.TYPESCRIPT,
    ".pl": Language.PERL,
    ".pm": Language.PERL,
    ".rb": Language.RUBY,
    ".php": Language.PHP,
    ".lua": Language.LUA,
    ".awk": Language.AWK,
    ".ps1": Language.POWERSHELL,
    ".psm1": Language.POWERSHELL,
    **dict.fromkeys(
        (
            ".bat .c .cc .clj .cljs .cmd .coffee .cpp .cs .csh .cu .cxx .dart .elm .erl .ex .exs .f90 .fish .fs "
            ".go .gradle .groovy .h .hcl .hpp .hs .java .jl .kt .kts .m .ml .mm .nim .nix .nu .pas .pyx .r .rs .sc "
            ".scala .scm .sol .sql .swift .tcl .v .vb .vbs .vue .svelte .wasm .wat .zig"
        ).split(),
        Language.OTHER,
    ),
}
DATA_ENDINGS = frozenset(
    ".adoc .bib .cfg .cnf .conf .css .csv .diff .env .eml .geojson .graphql .htm .html .ini .json .json5 .jsonl "
    ".less .lock .log .map .markdown .md .mdx .ndjson .org .patch .pem .po .properties .proto .pub .rst .rtf .scss "
    ".srt .svg .tex .toml .tsv .txt .xml .xsd .xsl .yaml .yml".split()
)
CODE_NAMES: dict[str, Language] = {
    "dockerfile": Language.DOCKERFILE,
    "containerfile": Language.DOCKERFILE,
    "makefile": Language.MAKEFILE,
    "gnumakefile": Language.MAKEFILE,
    "crontab": Language.CRONTAB,
    ".bashrc": Language.BASH,
    ".bash_profile": Language.BASH,
    ".bash_aliases": Language.BASH,
    ".bash_logout": Language.BASH,
    ".profile": Language.BASH,
    ".zshrc": Language.BASH,
    ".envrc": Language.BASH,
    "jenkinsfile": Language.OTHER,
    "rakefile": Language.RUBY,
    "gemfile": Language.RUBY,
    "vagrantfile": Language.RUBY,
    "sconstruct": Language.PYTHON,
    "wscript": Language.PYTHON,
}
_INTERPRETERS: tuple[tuple[str, Language], ...] = (
    (r"python[\d.]*|pypy[\d.]*", Language.PYTHON),
    (r"(?:ba|da|z|k|mk|a|rba)?sh", Language.BASH),
    (r"node|nodejs|deno|bun", Language.JAVASCRIPT),
    (r"perl[\d.]*", Language.PERL),
    (r"ruby[\d.]*", Language.RUBY),
    (r"php[\d.]*", Language.PHP),
    (r"lua[\d.]*|luajit", Language.LUA),
    (r"[gmn]?awk", Language.AWK),
    (r"pwsh|powershell", Language.POWERSHELL),
    (r"make|gmake", Language.MAKEFILE),
)
_ENV_OPTIONS = r"(?:\s+-\S+|\s+\w+=\S*)*"
_SHEBANG = re.compile(rf"#!\s*(?:\S*/)?(?:env{_ENV_OPTIONS}\s+)?(?:\S*/)?([^\s/]+)")
_SSH_CONFIG = re.compile(r"(?:^|/)(?:\.ssh/config|ssh_config|ssh_config\.d/[^/]+)$")
_PYTHON_LINE = re.compile(
    r"(?:@\w[\w.]*(?:\(.*)?"
    r"|(?:if|for|while|with|try|elif|else|except|finally)\b.*:"
    r"|[A-Za-z_][\w.]*\(.*\)"
    r"|[A-Za-z_][\w., \[\]\"']* [+*/|&-]?= .*"
    r"|(?:return|raise|assert)\b.*)\s*(?:#.*)?$"
)
_SHELL_LINE = re.compile(
    r"(?:(?:if|while|until|for|case|then|else|elif|fi|do|done|esac|function)\b.*"
    r"|[A-Za-z_]\w*=\S*.*|export \w+.*|set -\w+.*|\w[\w-]*\(\) *\{?|[{}]|\[\[? .+|echo\b.*|cd\b.*"
    r"|[\w./~$\"'{}-]*[a-z0-9}\"'][\w.+-]*"
    r"(?: +(?:-{1,2}\w.*|[\"'$/~|>&<].*|\S+[/.@:=]\S*.*)| *(?:\||&&|;|>).*))$"
)
_PYTHON_START = re.compile(r"import [\w.]+|from [\w.]+ import\b|(?:async )?def \w+\(.*|class \w+.*:$|if __name__ ==")
_PROSE_LINE = re.compile(r"[A-Z#*•\d\"'(-].*[a-z]{3,} [a-z]{2,} .*|.*[a-z]{2,}[.,:;]$")
_TEMPLATE = re.compile(
    r"""AWSTemplateFormatVersion|["']?Type["']?[ \t]{0,40}:[ \t]{0,40}["']?AWS::\w{1,40}::"""
    r"""|^[ \t]*["{]*apiVersion["']?[ \t]{0,40}:.*\n[ \t]*["']?kind["'][ \t]{0,40}:""",
    re.MULTILINE,
)
"""CloudFormation, and Kubernetes objects in JSON."""
_PULUMI = re.compile(r"^runtime:.*\byaml\b|^[ \t]+name:[ \t]+yaml\b", re.MULTILINE)
_YAML_KEY = re.compile(r"^[\"']?(\w+)[\"']?:(?:\s|$)", re.MULTILINE)
_SNIFFED_LINES = 300
_SNIFFED_BYTES = 60_000


def language_named(name: str) -> Language:
    """Give the language that an operator named; raises UsageError with the names that exist."""
    aliases = {"py": "python", "python3": "python", "sh": "bash", "shell": "bash", "zsh": "bash", "js": "javascript"}
    wanted = aliases.get(name.lower(), name.lower())
    for language in Language:
        if language.value == wanted:
            return language
    known = ", ".join(language.value for language in Language)
    raise UsageError(f"unknown language {name!r}", hint=f"one of: {known}")


def recognise(path: str, text: str) -> Language:
    """Tell the language of a text; `path` may be empty or a made-up name like `<stdin>`."""
    name = PurePosixPath(path).name.lower()
    ending = PurePosixPath(name).suffix
    if ending in CODE_ENDINGS:
        return CODE_ENDINGS[ending]
    if name in CODE_NAMES:
        return CODE_NAMES[name]
    if name.endswith((".tf.json", ".tofu.json")):
        return Language.TERRAFORM
    if name.startswith(("dockerfile.", "containerfile.")):
        return Language.DOCKERFILE
    if _SSH_CONFIG.search(path):
        return Language.SSH_CONFIG
    shebang = _of_shebang(text)
    if shebang is not None:
        return shebang
    if ending in {".yaml", ".yml", ".template", ".json"} and _TEMPLATE.search(text[:_SNIFFED_BYTES]):
        return Language.MANIFEST
    if ending in {".yaml", ".yml"}:
        return _of_yaml(path, text)
    if ending in DATA_ENDINGS:
        return Language.DATA
    return _of_content(text)


def telling_part(path: str) -> str:
    """Give what of a path the language of a text may depend on: paths alike in this have texts read alike."""
    marks = ("ssh" if _SSH_CONFIG.search(path) else "", "workflow" if "/.github/" in f"/{path}" else "")
    return "/".join((*marks, PurePosixPath(path).name))


def _of_shebang(text: str) -> Language | None:
    match = _SHEBANG.match(text.lstrip("\ufeff"))
    if match is None:
        return None
    for pattern, language in _INTERPRETERS:
        if re.fullmatch(pattern, match[1]):
            return language
    return Language.OTHER


def _of_yaml(path: str, text: str) -> Language:
    """Tell manifests that start something from plain data, by the keys at their top."""
    keys = set(_YAML_KEY.findall(text[:_SNIFFED_BYTES]))
    if "services" in keys and re.search(r"^[ \t]+(?:image|build|command):", text, re.MULTILINE):
        return Language.COMPOSE
    if "/.github/" in f"/{path}" or PurePosixPath(path).name == ".gitlab-ci.yml" or {"on", "jobs"} <= keys:
        return Language.WORKFLOW
    if "stages" in keys or re.search(r"^[ \t]+(?:before_|after_)?script:[ \t]*(?:$|\[)", text, re.MULTILINE):
        return Language.WORKFLOW
    if text.startswith("#cloud-config"):
        return Language.MANIFEST
    if "runtime" in keys and keys & {"resources", "variables"} and _PULUMI.search(text):
        return Language.MANIFEST  # a Pulumi program
    if {"apiVersion", "kind"} <= keys or ("run" in keys and keys & {"resources", "setup", "file_mounts"}):
        return Language.MANIFEST
    return Language.DATA


def _of_content(text: str) -> Language:
    """Weigh the lines: the kind that most of them look like; text that looks like prose or data is DATA."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if (
        stripped[:1] in {"{", "["}
        and stripped.rstrip()[-1:] in {"}", "]"}
        and not stripped.startswith(("{ ", "[ ", "[["))
    ):
        return Language.DATA
    if stripped.startswith(("<?php", "<?=")):
        return Language.PHP
    if stripped.startswith(("<!", "<?xml", "<html", "<svg", "-----BEGIN ", "%PDF")):
        return Language.DATA
    if re.match(r"\[[\w.\"' -]+\]\s*$", stripped.partition("\n")[0]):
        return Language.DATA  # a section of TOML or INI
    if re.match(r"(?:#.*\n|\s)*(?:ARG .*\n\s*)*FROM \S+", stripped) and re.search(
        r"^(?:RUN|CMD|COPY|ENTRYPOINT) ", text, re.M
    ):
        return Language.DOCKERFILE
    without_docstrings = re.sub(r"(\"{3}|'{3}).*?\1", "''", text[:_SNIFFED_BYTES], flags=re.DOTALL)
    lines = [line.strip()[:400] for line in without_docstrings.splitlines()[:_SNIFFED_LINES]]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) == 1 and not lines[0].startswith("<"):
        is_sentence = re.match(r"[A-Z]\w*(?: [a-z]+){3}.*[.!?:]$", lines[0]) is not None
        return Language.DATA if is_sentence else _of_line(lines[0])
    python = shell = prose = 0
    for line in lines:
        if _PYTHON_START.match(line):
            python += 8
        elif _PYTHON_LINE.match(line):
            python += 1
        elif _SHELL_LINE.match(line):
            shell += 1
        elif _PROSE_LINE.match(line):
            prose += 1
    if python and python >= shell and python >= prose:
        return Language.PYTHON
    if shell and shell >= prose:
        return Language.BASH
    return Language.DATA


def _of_line(line: str) -> Language:
    is_python = _PYTHON_START.match(line) or re.match(r"[A-Za-z_][\w.]*\(.*\)(?:[.\[;].*)?$|[A-Za-z_]\w* = ", line)
    return Language.PYTHON if is_python else Language.BASH
