"""How much a unit can do at most, told by the names that it mentions: nothing, little, or anything.

An over-approximation: a call of `subprocess.run` must mention `subprocess` and `run`, unless the name
is computed, which takes one of the names in `_COMPUTED`. So a unit that mentions no such pair reaches
no effect, and is not evaluated; one that mentions only files and requests is evaluated with less effort
for what cannot be known anyway. Text in strings does not count: it becomes code only through `_COMPUTED`.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

from auditor.read.python.annotations import RESOLVING
from auditor.read.python.importing import STAR_NAMES
from auditor.read.python.machine import Machine
from auditor.read.python.mentions import Mentions
from auditor.read.python.modules import file_of

# Built-in functions, by which a name or code can be computed; as attributes (`model.eval`) they are others.
_BUILT_IN = frozenset(
    "exec eval compile execfile __import__ getattr setattr globals locals vars get_ipython reload".split()
)
_COMPUTED = RESOLVING | frozenset(
    "import_module __import__ __dict__ __builtins__ builtins __builtin__ __globals__ __subclasses__ __getattribute__ "
    "__loader__ __spec__ attrgetter methodcaller runpy pickle marshal cPickle dill cloudpickle sh plumbum ctypes cffi "
    "spec_from_file_location InteractiveInterpreter InteractiveConsole __reduce__ __reduce_ex__ find_spec load_module "
    "exec_module f_globals f_builtins gi_frame locate get_ipython codeop timeit cProfile profile pdb bdb trace posix "
    "nt commands popen2 six".split()
)
_ASKED = frozenset({"eval", "query"})
"""Methods that run code in text where their object is a frame; everywhere else they are a model's or a database's."""
_FRAMES = frozenset(
    "pandas pd DataFrame Series geopandas polars dask modin cudf vaex seaborn sns statsmodels pyarrow duckdb pyspark "
    "to_pandas to_df fetchdf read_csv read_json read_parquet read_table read_excel read_sql load_dataset as_frame "
    "yfinance frame df data_frame dataframe".split()
)
"""What a script that makes a frame, or is handed one, mentions: where one comes from, or how it is called."""
_MOST_MODULES = 200
_MILD = frozenset({"files", "http", "system"})  # tables whose effects alone make no program start


class Reach(Enum):
    """What a unit can do at most."""

    NOTHING = "nothing"
    LITTLE = "little"
    ANYTHING = "anything"


Paths = dict[str, list[frozenset[str]]]


@cache
def _tables() -> tuple[Paths, Paths]:
    """Give, for each root module, the names that its calls need: of all tables, and of those that are not mild."""
    from auditor.read.apis import tables_of

    every: Paths = {"os": [frozenset({"environ"})]}
    strong: Paths = {"sys": [frozenset({"modules"})]}
    for builtins in ("__self__", "bltns"):
        strong[builtins] = [frozenset({name}) for name in ("eval", "exec", "compile", "__import__")]
    for table, paths in tables_of().items():
        for path in paths:
            root, *rest = path.replace("()", "").replace("[]", "").rstrip("=").split(".")
            needed = frozenset(rest)
            every.setdefault(root, []).append(needed)
            if table not in _MILD:
                strong.setdefault(root, []).append(needed)
    return every, strong


def _reaches(words: frozenset[str], table: Paths) -> bool:
    return any(needed <= words for root in words & table.keys() for needed in table[root])


def is_strong(mentions: Mentions) -> bool:
    """Whether code that mentions these names may do anything."""
    from auditor.read.apis import methods_of

    words = mentions.words
    if words & _COMPUTED or mentions.names & _BUILT_IN:
        return True
    methods = words & methods_of()
    if methods and (methods - _ASKED or words & _FRAMES):
        return True
    if mentions.star_modules & STAR_NAMES.keys():
        return True
    return _reaches(words, _tables()[1])


def reach_of(mentions: Mentions, machine: Machine) -> Reach:
    """Tell what a unit can do at most; importing a file in reach can do anything."""
    if is_strong(mentions) or len(mentions.modules) > _MOST_MODULES:
        return Reach.ANYTHING
    if any(file_of(machine, name) is not None for name in sorted(mentions.modules)):
        return Reach.ANYTHING
    return Reach.LITTLE if _reaches(mentions.words, _tables()[0]) else Reach.NOTHING
