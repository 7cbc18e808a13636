"""Clearing: a Python script that provably reaches no effect is not parsed by libcst, nor evaluated, nor matched.

Takes a text that the guard lets pass, gives yes or no. The argument is one of capabilities: whatever
a script can do, it does through a module that it imports, a built-in function that it names, or an
attribute that leads from harmless things to others. Modules of Python are on a closed list, names and
attributes that lead further are refused wherever they occur, and strings are inert, since nothing that
would turn a string into code, a name or an attribute is left. Of a module that is neither Python's nor
known here to have effects nobody knows anything, the interpreter included: what it does is out of reach
either way. A text that does not parse is not cleared.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from functools import cache

from auditor.model.surroundings import Reach, Surroundings
from auditor.read.python.guard import TooDeep, survey
from auditor.read.python.harmless import (
    ATTRIBUTES,
    KEYWORDS,
    LIBRARIES,
    NAMES,
    OF_LIBRARIES,
    OF_PATHS,
    READ_MODES,
    SOME,
    SPECIAL_ATTRIBUTES,
    SPECIAL_NAMES,
    STARS,
    WHOLE,
)
from auditor.read.python.importing import STAR_NAMES
from auditor.read.python.mentions import parsed
from auditor.settings import Limits

# Control and format characters, lone surrogates, and line ends that parsers count differently.
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]|\r(?!\n)"
)
_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = frozenset({"utf-8", "utf8"})
# Most scripts that are not cleared say so here, for a hundredth of the price of a parse.
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_MOST_NODES = 200_000
_PATH = re.compile(r"[A-Za-z0-9][\w-]*(?:[./][A-Za-z0-9][\w-]*)*", re.ASCII)
_SHORT_SECONDS = 60
_SLEEP = "sleep"


def is_cleared(text: str, limits: Limits, surroundings: Surroundings) -> bool:
    """Whether a script reaches no effect, whatever it computes."""
    if any(_leads_further(head) for head in _IMPORT.findall(text)):
        return False
    if _ODD.search(text) is not None or len(text) > limits.script_bytes or not _is_plain(text):
        return False
    if isinstance(survey(text, limits), TooDeep):
        return False
    tree = parsed(text)
    if tree is None:
        return False
    walk = _Walk()
    if not walk.passes(tree):
        return False
    # A file that the script can import may stand in the place of a library.
    is_alone = surroundings.reach is Reach.NONE and not surroundings.files
    if walk.opens and surroundings.directory:
        return False
    return is_alone or not walk.libraries


@cache
def _heads() -> frozenset[str]:
    return frozenset(name.split(".")[0] for name in (*WHOLE, *LIBRARIES, *SOME))


@cache
def _modelled() -> frozenset[str]:
    """Name the modules outside the lists that the interpreter gives effects, and those that come with Python."""
    from auditor.read.apis import tables_of

    roots = {path.split(".")[0].removesuffix("()") for paths in tables_of().values() for path in paths}
    return frozenset(roots | sys.stdlib_module_names | STAR_NAMES.keys()) - _heads()


def _leads_further(head: str) -> bool:
    """Whether importing from a top-level module can lead to an effect by itself."""
    if head in _heads():
        return False
    return head in _modelled() or not _is_attribute(head)


@cache
def _attributes() -> frozenset[str]:
    from auditor.read.apis import methods_of

    return ATTRIBUTES | methods_of()


def _is_plain(text: str) -> bool:
    found = [match[1].lower() for line in text.split("\n", 2)[:2] if (match := _COOKIE.match(line))]
    return all(name in _PLAIN for name in found)


@dataclass(slots=True)
class _Walk:
    """One pass over a tree: what it names, of which modules, and whether all of it is harmless."""

    bound: dict[str, set[str]] = field(default_factory=dict)
    """Names that imports bind, and the modules of `SOME` that they may be."""
    bare: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    opens: bool = False
    pending: list[ast.AST] = field(default_factory=list)

    @property
    def libraries(self) -> bool:
        """Whether a module is imported that does not come with Python."""
        return any(name.split(".")[0] not in sys.stdlib_module_names for name in self.modules)

    def passes(self, tree: ast.Module) -> bool:
        """Whether everything in a tree is harmless."""
        self.pending.append(tree)
        count = 0
        while self.pending:
            count += 1
            if count > _MOST_NODES or not self._node(self.pending.pop()):
                return False
        if self.bare & self.bound.keys() or ("file" in self.bare and "file" not in self.stored):
            return False
        for base, attribute in self.pairs:
            if any(attribute not in SOME[module] for module in self.bound.get(base, ())):
                return False
        if any(name.split(".")[0] in LIBRARIES for name in self.modules) and self.attributes & OF_LIBRARIES:
            return False
        return "pathlib" not in self.modules or not self.attributes & OF_PATHS

    def _node(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Constant):
            return not isinstance(node.value, str) or _is_plain_text(node.value)
        if isinstance(node, ast.Name):
            self.bare.add(node.id)
            if not isinstance(node.ctx, ast.Load):
                self.stored.add(node.id)
            return _is_name(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Import):
            return all(self._import(alias) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            return self._from(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not _is_attribute(node.name):
            return False
        # A pattern reads attributes by names that are no attributes of the tree.
        if isinstance(node, ast.MatchClass) and (node.patterns or node.kwd_attrs):
            return False
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, ast.AST):
                self.pending.append(value)
            elif isinstance(value, list):
                self.pending += [item for item in value if isinstance(item, ast.AST)]
        return True

    def _attribute(self, node: ast.Attribute, *, is_slept: bool = False) -> bool:
        self.attributes.add(node.attr)
        if not _is_attribute(node.attr) or (node.attr == _SLEEP and not is_slept):
            return False
        if isinstance(node.value, ast.Name):
            self.pairs.add((node.value.id, node.attr))
            return _is_name(node.value.id)
        self.pending.append(node.value)
        return True

    def _call(self, node: ast.Call) -> bool:
        if any(keyword.arg in KEYWORDS for keyword in node.keywords):
            return False
        self.pending += node.args
        self.pending += [keyword.value for keyword in node.keywords]
        func = node.func
        if isinstance(func, ast.Name) and func.id == "getattr":
            is_plain = len(node.args) > 1 and not any(isinstance(value, ast.Starred) for value in node.args)
            wanted = node.args[1] if is_plain else None
            if not isinstance(wanted, ast.Constant) or not isinstance(wanted.value, str):
                return False
            self.attributes.add(wanted.value)
            return _is_attribute(wanted.value) and wanted.value not in (_SLEEP, "eval")
        if isinstance(func, ast.Name) and func.id == "open":
            self.opens = True
            return _is_plain_read(node)
        if isinstance(func, ast.Name) and func.id == "file":  # Python 2's `open`
            return False
        if isinstance(func, ast.Attribute) and func.attr == _SLEEP:
            return _is_short(node) and self._attribute(func, is_slept=True)
        if isinstance(func, ast.Attribute) and func.attr == "eval":  # of a model, not of code
            self.pending.append(func.value)
            return not node.args and not node.keywords
        self.pending.append(func)
        return True

    def _import(self, alias: ast.alias) -> bool:
        if not self._module(alias.name):
            return False
        head = alias.name.split(".")[0]
        self._bind(alias.asname or head, alias.name if alias.asname else head)
        return True

    def _from(self, node: ast.ImportFrom) -> bool:
        module = node.module or ""
        if node.level:
            self.modules.add(".")
        if not all(map(_is_attribute, module.split("."))) if node.level else not self._module(module):
            return False
        is_known = not node.level and (module.split(".")[0] in _heads())
        for alias in node.names:
            if alias.name == "*":
                if is_known and module not in STARS:
                    return False
                continue
            self.attributes.add(alias.name)
            is_some = is_known and module in SOME
            if is_some and (alias.name not in SOME[module] or alias.name == _SLEEP):
                return False
            if not _is_attribute(alias.name):
                return False
            self._bind(alias.asname or alias.name, f"{module}.{alias.name}")
        return True

    def _module(self, name: str) -> bool:
        self.modules.add(name)
        if not name.isascii():
            return False
        if name in WHOLE or name in SOME:
            return True
        head, *rest = name.split(".")
        is_listed = head in LIBRARIES or (head not in _heads() and not _leads_further(head))
        return is_listed and all(_is_attribute(part) for part in rest)

    def _bind(self, name: str, module: str) -> None:
        if module in SOME:
            self.bound.setdefault(name, set()).add(module)


def _is_name(name: str) -> bool:
    if not name.isascii() or name in NAMES:
        return False
    return not name.startswith("__") or not name.endswith("__") or name in SPECIAL_NAMES | SPECIAL_ATTRIBUTES


def _is_plain_text(text: str) -> bool:
    """Whether a text is no special name, by which a class made of a dict or a pattern would get at others."""
    is_special = text.isidentifier() and (text.startswith("__") or text.endswith("__"))
    return not is_special or text == "__main__" or text in SPECIAL_NAMES | SPECIAL_ATTRIBUTES


def _is_attribute(name: str) -> bool:
    if not name.isascii() or name == "eval":
        return False
    if name.startswith("__") and name.endswith("__"):
        return name in SPECIAL_ATTRIBUTES
    denied = _attributes()
    return name not in denied and name.strip("_") not in denied


def _is_short(node: ast.Call) -> bool:
    """Whether a call of `sleep` waits for a time that is written out, and short."""
    if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Constant):
        return False
    seconds = node.args[0].value
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < _SHORT_SECONDS


def _is_plain_read(node: ast.Call) -> bool:
    """Whether a call of `open` reads a file whose path is written out, plainly, below where it runs."""
    modes = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    if not node.args or any(keyword.arg in (None, "file", "opener") for keyword in node.keywords):
        return False
    path = node.args[0]
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str) or not _PATH.fullmatch(path.value):
        return False
    is_listed = len(node.args) <= 2 and not any(isinstance(argument, ast.Starred) for argument in node.args)
    return is_listed and all(isinstance(mode, ast.Constant) and mode.value in READ_MODES for mode in modes)
