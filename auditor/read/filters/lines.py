"""Line filters: what keeps, cuts, counts or reorders lines, such as cat, head, sort, cut and paste."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.read.filters.streams import CannotFold, Streams, bytes_of, lines_of, number_of, options_of, text_of


def cat(arguments: Sequence[str], streams: Streams) -> str:
    """`cat FILE…`; numbering is refused."""
    options = options_of(arguments)
    options.only("-u", "-v", "-s", "--squeeze-blank")
    if options.has("-v", "-s", "--squeeze-blank"):
        raise CannotFold("cat that changes")
    return streams.read_all(options.operands)


def tac(arguments: Sequence[str], streams: Streams) -> str:
    """`tac`."""
    options = options_of(arguments)
    options.only()
    return "".join(line + "\n" for line in reversed(lines_of(streams.read_all(options.operands))))


def rev(arguments: Sequence[str], streams: Streams) -> str:
    """`rev`."""
    options = options_of(arguments)
    options.only()
    text = streams.read_all(options.operands)
    return "\n".join(line[::-1] for line in text.split("\n"))


def head(arguments: Sequence[str], streams: Streams) -> str:
    """`head [-n N | -c N | -N]`."""
    unit, count, text = _cut_off(arguments, streams)
    if unit == "c":
        data = bytes_of(text)
        return text_of(data[: int(count)])
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    return "".join(lines[: int(count)])


def tail(arguments: Sequence[str], streams: Streams) -> str:
    """`tail [-n N | -n +N | -c N]`."""
    unit, count, text = _cut_off(arguments, streams)
    number = abs(int(count))
    if unit == "c":
        data = bytes_of(text)
        return text_of(
            data[max(number - 1, 0) :] if count.startswith("+") else data[len(data) - min(number, len(data)) :]
        )
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    return "".join(
        lines[max(number - 1, 0) :] if count.startswith("+") else lines[len(lines) - min(number, len(lines)) :]
    )


def _cut_off(arguments: Sequence[str], streams: Streams) -> tuple[str, str, str]:
    words = list(arguments)
    if words and (found := re.fullmatch(r"([-+])(\d+)", words[0])):
        words[0:1] = ["-n", found[2] if found[1] == "-" else f"+{found[2]}"]
    options = options_of(words, "n c lines bytes s pid")
    options.only("-n", "-c", "-q", "--lines", "--bytes", "--quiet")
    if len(options.operands) > 1:
        raise CannotFold("several files")
    unit = "c" if options.has("-c", "--bytes") else "n"
    count = options.last("-n", "-c", "--lines", "--bytes") or "10"
    number_of(count)
    return unit, count, streams.read_all(options.operands)


def sort(arguments: Sequence[str], streams: Streams) -> str:
    """`sort [-n] [-r] [-u] [-k N] [-t X]`, in the order of code points."""
    options = options_of(arguments, "k t o S T key field-separator")
    options.only("-n", "-r", "-u", "-k", "-t", "-f", "-s", "-b", "-g", "-h", "-V", "--key", "--reverse", "--unique")
    if options.has("-h", "-V", "-g", "-b"):
        raise CannotFold("an order")
    key = options.last("-k", "--key")
    separator = options.last("-t", "--field-separator")
    found = re.fullmatch(r"(\d{1,4})(?:\.\d+)?([bnrf]*)(?:,(\d{1,4})([bnrf]*))?", key) if key else None
    if key and (found is None or "." in key):
        raise CannotFold("a sort key")
    letters = (found[2] or "") + (found[4] or "") if found else ""
    numeric = options.has("-n") or "n" in letters

    def part(line: str) -> str:
        if found is None:
            return line
        fields = line.split(separator) if separator else line.split()
        first = int(found[1]) - 1
        last = int(found[3]) if found[3] else len(fields)
        return (separator or " ").join(fields[first:last])

    def order(line: str) -> tuple[float, str]:
        text = part(line)
        number = re.match(r"\s*(-?\d{1,18}(?:\.\d{1,9})?)", text) if numeric else None
        return (float(number[1]) if number else 0.0, "" if numeric else text.lower() if options.has("-f") else text)

    reverse = options.has("-r", "--reverse") or "r" in letters
    lines = sorted(lines_of(streams.read_all(options.operands)), reverse=reverse)
    lines.sort(key=order, reverse=reverse)
    if options.has("-u", "--unique"):
        lines = list({order(line) if found or numeric else line: line for line in reversed(lines)}.values())[::-1]
    return "".join(line + "\n" for line in lines)


def uniq(arguments: Sequence[str], streams: Streams) -> str:
    """`uniq [-c | -d | -u]`."""
    options = options_of(arguments, "f s w")
    options.only("-c", "-d", "-u")
    runs: list[tuple[str, int]] = []
    for line in lines_of(streams.read_all(options.operands[:1])):
        if runs and runs[-1][0] == line:
            runs[-1] = (line, runs[-1][1] + 1)
        else:
            runs.append((line, 1))
    kept = [(line, count) for line, count in runs
            if not (options.has("-d") and count == 1) and not (options.has("-u") and count > 1)]  # fmt: skip
    return "".join((f"{count:7d} " if options.has("-c") else "") + line + "\n" for line, count in kept)


def wc(arguments: Sequence[str], streams: Streams) -> str:
    """`wc -l`, `-w`, `-c`, `-m`: one count of one input."""
    options = options_of(arguments)
    options.only("-l", "-w", "-c", "-m", "--lines", "--words", "--bytes", "--chars")
    text = streams.read_all(options.operands)
    names = {name for name, _ in options.pairs}
    if len(names) != 1 or len(options.operands) > 1:
        raise CannotFold("several counts")
    name = names.pop()
    count = {"-l": text.count("\n"), "-w": len(text.split()), "-c": len(bytes_of(text)), "-m": len(text)}[
        {"--lines": "-l", "--words": "-w", "--bytes": "-c", "--chars": "-m"}.get(name, name)
    ]
    return f"{count} {options.operands[0]}\n" if options.operands and options.operands[0] != "-" else f"{count}\n"


_MOST_RANGES = 1_000
_CUT_OPTIONS = tuple(
    """-f -d -c -b -s -n --fields --delimiter --characters --bytes --output-delimiter --complement
    --only-delimited""".split()
)


def cut(arguments: Sequence[str], streams: Streams) -> str:
    """`cut -f LIST [-d X]`, `-c LIST`, `-b LIST`."""
    options = options_of(arguments, "f d c b fields delimiter characters bytes output-delimiter")
    options.only(*_CUT_OPTIONS)
    listed = options.last("-f", "-c", "-b", "--fields", "--characters", "--bytes")
    if listed is None:
        raise CannotFold("cut of nothing")
    ranges = _ranges(listed)
    is_fields = options.has("-f", "--fields")
    delimiter = options.last("-d", "--delimiter") or "\t"
    joint = options.last("--output-delimiter")
    joint = joint if joint is not None else delimiter if is_fields else ""
    inverted = options.has("--complement")
    output = []
    for line in lines_of(streams.read_all(options.operands)):
        if is_fields and delimiter not in line:
            if not options.has("-s", "--only-delimited"):
                output.append(line)
            continue
        pieces = line.split(delimiter) if is_fields else list(line)
        kept = [piece for index, piece in enumerate(pieces, start=1) if _within(index, ranges) != inverted]
        output.append(joint.join(kept))
    return "".join(line + "\n" for line in output)


def _ranges(listed: str) -> list[tuple[int, int]]:
    ranges = []
    pieces = re.split(r"[,\s]+", listed)
    if len(pieces) > _MOST_RANGES:
        raise CannotFold("a list of cut")
    for piece in pieces:
        found = re.fullmatch(r"(\d{0,9})(-?)(\d{0,9})", piece)
        if found is None or not (found[1] or found[3]):
            raise CannotFold("a list of cut")
        first = int(found[1]) if found[1] else 1
        last = (int(found[3]) if found[3] else 1 << 40) if found[2] else first
        ranges.append((first, last))
    return ranges


def _within(index: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= index <= last for first, last in ranges)


def paste(arguments: Sequence[str], streams: Streams) -> str:
    """`paste -s [-d X]`, and of several files."""
    options = options_of(arguments, "d delimiters")
    options.only("-s", "-d", "--serial", "--delimiters")
    given = options.last("-d", "--delimiters")
    delimiters = "\t" if given is None else given
    delimiters = delimiters.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "")
    paths = options.operands or ("-",)
    if options.has("-s", "--serial"):
        return "".join(_pasted(lines_of(streams.read(path)), delimiters) + "\n" for path in paths)
    if len(paths) > 1 and set(paths) == {"-"}:
        lines = lines_of(streams.read("-"))
        rows = [lines[start : start + len(paths)] for start in range(0, len(lines), len(paths))]
        return "".join(_pasted([*row, *[""] * (len(paths) - len(row))], delimiters) + "\n" for row in rows)
    columns = [lines_of(streams.read(path)) for path in paths]
    height = max((len(column) for column in columns), default=0)
    return "".join(
        _pasted([column[row] if row < len(column) else "" for column in columns], delimiters) + "\n"
        for row in range(height)
    )


def _pasted(pieces: Sequence[str], delimiters: str) -> str:
    output = ""
    for index, piece in enumerate(pieces):
        output += piece if index == 0 else (delimiters[(index - 1) % len(delimiters)] if delimiters else "") + piece
    return output


def fold(arguments: Sequence[str], streams: Streams) -> str:
    """`fold -w N`."""
    options = options_of(arguments, "w width")
    options.only("-w", "--width", "-b")
    width = max(number_of(options.last("-w", "--width"), 80), 1)
    lines = streams.read_all(options.operands).split("\n")
    return "\n".join("\n".join(line[start : start + width] for start in range(0, len(line), width)) for line in lines)


def nl(arguments: Sequence[str], streams: Streams) -> str:
    """`nl`, in its plain form."""
    options = options_of(arguments)
    options.only()
    number = 0
    output = []
    for line in lines_of(streams.read_all(options.operands)):
        number += bool(line)
        output.append(f"{number:6d}\t{line}\n" if line else "       \n")
    return "".join(output)


def strings(arguments: Sequence[str], streams: Streams) -> str:
    """`strings`: runs of four printable letters."""
    options = options_of(arguments, "n t e")
    options.only("-a", "-n")
    least = number_of(options.last("-n"), 4)
    return "".join(
        run + "\n" for run in re.findall(rf"[\t -~]{{{max(least, 1)},}}", streams.read_all(options.operands))
    )


def column(arguments: Sequence[str], streams: Streams) -> str:
    """`expand` and the like on text without tabs: the text itself."""
    text = streams.read_all(options_of(arguments).operands)
    if "\t" in text:
        raise CannotFold("tabs")
    return text


def shuf(arguments: Sequence[str], streams: Streams) -> str:
    """`shuf` of one line: that line."""
    options = options_of(arguments, "n")
    options.only("-n")
    lines = lines_of(streams.read_all(options.operands))
    if len(lines) > 1:
        raise CannotFold("an order by chance")
    return "".join(line + "\n" for line in lines)
