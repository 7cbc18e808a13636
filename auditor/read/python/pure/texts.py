"""Pure functions over text, bytes and tuples: methods of `str` and `bytes`, `string`, `textwrap`, `shlex`."""

from __future__ import annotations

import os.path
import posixpath
import shlex
import string
import textwrap
import unicodedata
from collections.abc import Callable, Mapping

from auditor.read.python.fold import Pure, TooLong

_MOST = 4_194_304
TEXT_CODECS = frozenset(
    "utf8 utf16 utf16le utf16be utf32 utf32le utf32be ascii usascii latin1 iso88591 cp1252 cp437 utf8sig utf7 "
    "unicodeescape rawunicodeescape punycode idna cp037 cp500 cp850 gbk big5 shiftjis koi8r cp1251".split()
)


def codec(name: object) -> str:
    """Give a codec's name without its separators."""
    return str(name).lower().replace("-", "").replace("_", "").replace(" ", "")


def _decode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    name = codec(encoding)
    if isinstance(value, str):
        return value  # text with unknown parts stands for bytes and text alike
    if not isinstance(value, bytes | bytearray) or name not in TEXT_CODECS:
        raise TypeError
    return bytes(value).decode(str(encoding), str(errors))


def _encode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    name = codec(encoding)
    if not isinstance(value, str):
        return value
    if _has_placeholder(value):
        return value
    if name not in TEXT_CODECS:
        raise TypeError
    return value.encode(str(encoding), str(errors))


def _has_placeholder(value: str) -> bool:
    return not value.isascii() and any(character >= "\U00100000" for character in value)


def _replace(value: object, old: object, new: object, count: object = -1) -> object:
    if isinstance(value, str) and isinstance(old, str) and isinstance(new, str) and isinstance(count, int):
        _bound(len(value) + value.count(old) * len(new))
        return value.replace(old, new, count)
    if isinstance(value, bytes) and isinstance(old, bytes) and isinstance(new, bytes) and isinstance(count, int):
        _bound(len(value) + value.count(old) * len(new))
        return value.replace(old, new, count)
    raise TypeError


def _join(separator: object, items: object) -> object:
    if not isinstance(items, list | tuple | set | frozenset | dict | str):
        raise TypeError
    if isinstance(separator, bytes):
        pieces = [item for item in items if isinstance(item, bytes)]
        if len(pieces) == len(items):
            _bound(sum(map(len, pieces)) + len(separator) * len(pieces))
            return separator.join(pieces)
        separator = separator.decode()
    assert isinstance(separator, str)
    texts = [item.decode() if isinstance(item, bytes) else item for item in items]
    strings = [item for item in texts if isinstance(item, str)]
    if len(strings) != len(texts):
        raise TypeError
    _bound(sum(map(len, strings)) + len(separator) * len(strings))
    return separator.join(strings)


def _bound(size: int) -> None:
    if size > _MOST:
        raise TooLong


def _padded(method: Callable[..., object]) -> Callable[..., object]:
    def run(value: object, width: object = 0, *rest: object) -> object:
        if isinstance(width, int):
            _bound(width)
        return method(value, width, *rest)

    return run


def _expandtabs(value: object, size: object = 8) -> object:
    if not isinstance(value, str | bytes) or not isinstance(size, int):
        raise TypeError
    _bound(len(value) * max(size, 1))
    return value.expandtabs(size)


def _translate(value: object, table: object, delete: object = b"") -> object:
    if isinstance(value, str) and isinstance(table, Mapping):
        _bound(len(value) * max((len(item) for item in table.values() if isinstance(item, str)), default=1))
        return value.translate(table)
    if isinstance(value, bytes) and (table is None or isinstance(table, bytes)) and isinstance(delete, bytes):
        return value.translate(table, delete)
    raise TypeError


def _maketrans(first: object, second: object = None, third: object = None) -> object:
    if isinstance(first, dict):
        return str.maketrans(first)
    if isinstance(first, bytes) and isinstance(second, bytes):
        return bytes.maketrans(first, second)
    if isinstance(first, str) and isinstance(second, str):
        return str.maketrans(first, second, third) if isinstance(third, str) else str.maketrans(first, second)
    raise TypeError


def _template(text: object) -> object:
    if not isinstance(text, str):
        raise TypeError
    return string.Template(text)


def _substitute(template: object, mapping: object = None, **names: object) -> object:
    if not isinstance(template, string.Template):
        raise TypeError
    values = {**(mapping if isinstance(mapping, dict) else {}), **names}
    _bound(
        len(template.template)
        + template.template.count("$") * max((len(str(one)) for one in values.values()), default=0)
    )
    return template.safe_substitute(values)


def _normalize(form: object, text: object) -> object:
    if not isinstance(text, str) or len(text) > 100_000:
        raise TypeError
    if form == "NFC":
        return unicodedata.normalize("NFC", text)
    if form == "NFD":
        return unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFKD" if form == "NFKD" else "NFKC", text)


def _simple(kind: type, names: str, *, through: bool) -> dict[str, Pure]:
    return {f"{kind.__name__}.{name}": Pure(getattr(kind, name), through=through) for name in names.split()}


def _expanduser(path: object) -> object:
    return path


def _to_text(value: object) -> object:
    return str(value)


def _join_path(*parts: object) -> object:
    texts = [part.decode() if isinstance(part, bytes) else part for part in parts]
    strings = [part for part in texts if isinstance(part, str)]
    if len(strings) != len(texts) or not strings:
        raise TypeError
    start = max((index for index, part in enumerate(strings) if part.startswith(("/", "~"))), default=0)
    return posixpath.join(*strings[start:])


def _abspath(path: object) -> object:
    if not isinstance(path, str):
        raise TypeError
    return posixpath.normpath(path)


TEXTS: dict[str, Pure] = {
    **_simple(
        str, "strip lstrip rstrip split rsplit splitlines partition rpartition removeprefix removesuffix", through=True
    ),
    **_simple(str, "lower upper swapcase title capitalize casefold", through=True),
    **_simple(
        str,
        "startswith endswith find rfind index rindex count isdigit isalpha isalnum isupper islower isspace",
        through=False,
    ),
    **_simple(
        str, "isnumeric isdecimal isidentifier isascii isprintable istitle __len__ __eq__ __contains__", through=False
    ),
    **_simple(
        bytes,
        "strip lstrip rstrip split rsplit splitlines partition rpartition removeprefix removesuffix",
        through=False,
    ),
    **_simple(
        bytes,
        "lower upper swapcase title capitalize startswith endswith find rfind index rindex count hex isdigit",
        through=False,
    ),
    **_simple(bytearray, "strip hex", through=False),
    **_simple(tuple, "index count", through=False),
    "str.join": Pure(_join, "join", through=True),
    "bytes.join": Pure(_join, "join", through=True),
    "bytearray.join": Pure(_join, "join", through=True),
    "str.replace": Pure(_replace, "replace", through=True),
    "bytes.replace": Pure(_replace, "replace"),
    "str.translate": Pure(_translate, "translate"),
    "bytes.translate": Pure(_translate, "translate"),
    "str.maketrans": Pure(_maketrans),
    "bytes.maketrans": Pure(_maketrans),
    "string.maketrans": Pure(_maketrans),
    "str.encode": Pure(_encode, through=True),
    "bytes.decode": Pure(_decode, through=True),
    "bytearray.decode": Pure(_decode, through=True),
    "str.decode": Pure(_decode, through=True),
    "str.__str__": Pure(_to_text, through=True),
    "str.expandtabs": Pure(_expandtabs),
    "bytes.expandtabs": Pure(_expandtabs),
    **{
        f"str.{name}": Pure(_padded(getattr(str, name)), through=False)
        for name in ("zfill", "ljust", "rjust", "center")
    },
    **{f"bytes.{name}": Pure(_padded(getattr(bytes, name))) for name in ("zfill", "ljust", "rjust", "center")},
    "string.Template": Pure(_template, through=True),
    "Template.substitute": Pure(_substitute, "format", through=True),
    "Template.safe_substitute": Pure(_substitute, "format", through=True),
    "unicodedata.normalize": Pure(_normalize, "normalize", through=True),
    "string.capwords": Pure(string.capwords),
    "textwrap.dedent": Pure(textwrap.dedent, through=True),
    "textwrap.indent": Pure(textwrap.indent, through=True),
    "inspect.cleandoc": Pure(textwrap.dedent, through=True),
    "shlex.split": Pure(shlex.split, "split", through=True),
    "shlex.quote": Pure(shlex.quote, through=True),
    "pipes.quote": Pure(shlex.quote, through=True),
    "shlex.join": Pure(shlex.join, "join", through=True),
    "subprocess.list2cmdline": Pure(shlex.join, "join", through=True),
    "os.path.join": Pure(_join_path, through=True),
    "os.path.normpath": Pure(_abspath, through=True),
    "os.path.abspath": Pure(_abspath, "assumed", through=True),
    "os.path.realpath": Pure(_abspath, "assumed", through=True),
    "os.path.expanduser": Pure(_expanduser, "assumed", through=True),
    "os.path.basename": Pure(os.path.basename, through=True),
    "os.path.dirname": Pure(os.path.dirname, through=True),
    "os.path.split": Pure(os.path.split, through=True),
    "os.path.splitext": Pure(os.path.splitext, through=True),
    "os.fspath": Pure(_expanduser, through=True),
    "os.fsencode": Pure(_expanduser, through=True),
    "os.fsdecode": Pure(_expanduser, through=True),
    "os.path.isabs": Pure(os.path.isabs),
}
