"""Downloaders: what they ask of the network, and where the answer goes.

Each takes the evaluation, the arguments and the context, records requests (`http.request`), and
gives the answer as an unknown that remembers its address: on standard output, or in the file named.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import silent
from auditor.read.launch.file_tools import write_file
from auditor.read.launch.options import scan
from auditor.read.launch.schedules import content_of
from auditor.read.launch.takes import CURL_TAKES, WGET_TAKES
from auditor.read.programs.pieces import drop, head_of, is_whole
from auditor.read.renting import rented
from auditor.read.values import Known, Text, Unknown, Value, alternatives, concat, known_text, unknown, words_of
from auditor.read.work import ask_for_work

_CURL_DATA = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


def answer(url: Value) -> Unknown:
    """Give what a request brings: unknown, but from a known address."""
    return unknown(Source.NETWORK, 0, _address(url))


def _address(url: Value) -> str:
    text = str(words_of(url)[0])
    return text if _SCHEME.match(text) or text.startswith("%{") else f"http://{text}"


def with_scheme(url: Value) -> Value:
    """Give a URL with the scheme that a downloader assumes."""
    head = head_of(url)
    if _SCHEME.match(head) or not head or (not is_whole(url) and "/" not in head and "." not in head):
        return url
    return concat((Known("http://"), url))


def curl(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`curl [-o FILE | -O] URL…`."""
    scanned = scan(arguments, CURL_TAKES)
    urls = [*scanned.every("--url"), *scanned.operands]
    method = known_text(scanned.last("-X", "--request") or Known("")) or _curl_method(scanned.options)
    sent = _sent(evaluation, scanned.every(*_CURL_DATA), context)
    for url in urls:
        _request(evaluation, method, url, context, sent)
    if not urls:
        return Outcome(stdout=evaluation.fresh(Source.NETWORK))
    directory = scanned.last("--output-dir")
    outputs = scanned.every("-o", "--output")
    is_named = scanned.has("-O", "--remote-name", "--remote-name-all", "-J")
    printed: list[Value] = []
    for index, url in enumerate(urls):
        if scanned.has("-I", "--head"):
            printed.append(evaluation.fresh(Source.NETWORK, _address(url)))
        elif index < len(outputs):
            target = outputs[index]
            if known_text(target) in {"-", "/dev/stdout"}:
                printed.append(answer(url))
            else:
                _save(evaluation, target, url, directory, context)
        elif is_named:
            _save(evaluation, Known(_base(url)), url, directory, context)
        else:
            printed.append(answer(url))
    return Outcome(stdout=concat(printed) if printed else Known(""))


def _curl_method(options: Sequence[tuple[str, Value]]) -> str:
    names = {name for name, _ in options}
    if names & {"-I", "--head"}:
        return "HEAD"
    if names & {"-T", "--upload-file"}:
        return "PUT"
    sends = any(name in {"-d", "-F", "--json"} or name.startswith(("--data", "--form")) for name in names)
    return "POST" if sends and not names & {"-G", "--get"} else "GET"


def wget(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`wget [-O FILE] URL…`; without -O the answer is a file named as the URL ends."""
    scanned = scan(arguments, WGET_TAKES, joined="n")
    method = known_text(scanned.last("--method") or Known("")) or (
        "POST" if scanned.has("--post-data", "--post-file") else "GET"
    )
    if scanned.has("--spider"):
        method = "HEAD"
    target = scanned.last("-O", "--output-document")
    printed: list[Value] = []
    for url in scanned.operands:
        _request(evaluation, method, url, context)
        if method == "HEAD":
            continue
        if target is None:
            _save(evaluation, Known(_base(url)), url, scanned.last("-P", "--directory-prefix"), context)
        elif known_text(target) in {"-", "/dev/stdout"}:
            printed.append(answer(url))
        else:
            _save(evaluation, target, url, None, context)
    return Outcome(stdout=concat(printed) if printed else Known(""))


def aria2c(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`aria2c [-d DIR] [-o FILE] URL…`."""
    scanned = scan(
        arguments,
        "d o i l j s x k M T t m dir out input-file split max-connection-per-server header user-agent timeout referer "
        "max-download-limit max-overall-download-limit max-upload-limit seed-time seed-ratio max-tries retry-wait",
    )
    for url in scanned.operands:
        _request(evaluation, "GET", url, context)
        target = scanned.last("-o", "--out") or Known(_base(url))
        _save(evaluation, target, url, scanned.last("-d", "--dir"), context)
    return silent(None)


def httpie(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`http [METHOD] URL [ITEMS…] [-d -o FILE]`."""
    scanned = scan(arguments, "o a A output auth auth-type session timeout verify proxy cert")
    operands = list(scanned.operands)
    method = known_text(operands[0]) if operands else None
    if method is not None and re.fullmatch(r"[A-Z]{3,7}", method):
        operands.pop(0)
    else:
        method = None
    if not operands:
        return None
    sends = any(re.search(r"\w:?=", head_of(item)) for item in operands[1:])
    items = [head_of(item) for item in operands[1:]]
    pairs = dict(re.split(r":?=", item, maxsplit=1) for item in items if re.match(r"\w+:?=", item))
    _request(evaluation, method or ("POST" if sends else "GET"), operands[0], context, Known(json.dumps(pairs)))
    target = scanned.last("-o", "--output")
    if target is not None or scanned.has("-d", "--download"):
        _save(evaluation, target or Known(_base(operands[0])), operands[0], None, context)
        return silent(None)
    return Outcome(stdout=answer(operands[0]))


def text_browser(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`lynx -source URL` and the like."""
    urls = [word for word in arguments if _SCHEME.match(head_of(word)) or re.match(r"[\w.-]+\.\w+/", head_of(word))]
    for url in urls:
        _request(evaluation, "GET", url, context)
    return Outcome(stdout=concat([answer(url) for url in urls])) if urls else None


def netcat(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`nc HOST PORT`: what it prints comes from there."""
    scanned = scan(arguments, "e c g G i I m M o O p P q s T V w W x X h exec sh-exec source proxy")
    words = [str(words_of(word)[0]) for word in scanned.operands]
    address = f"tcp://{':'.join(words[:2])}" if words else ""
    return Outcome(stdout=unknown(Source.NETWORK, 0, address))


def aws(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`aws s3 cp s3://BUCKET/KEY FILE`."""
    texts = [known_text(word) for word in arguments[:2]]
    if texts not in (["s3", "cp"], ["s3", "mv"], ["s3", "sync"]):
        return None
    return _bucket_copy(
        evaluation, scan(arguments[2:], "region profile endpoint-url exclude include").operands, context
    )


def gsutil(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`gsutil cp gs://BUCKET/KEY FILE`, `gcloud storage cp`."""
    operands = scan(arguments, "h o project").operands
    texts = [known_text(word) for word in operands]
    if texts[:1] not in (["cp"], ["cat"], ["storage"]):
        return None
    return _bucket_copy(evaluation, operands[1:] if texts[0] != "storage" else operands[2:], context)


def scp(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`scp HOST:A B`: what arrives is from there."""
    operands = scan(arguments, "c D F i J l o P S X").operands
    if len(operands) == 2 and re.match(r"[^/]+:", head_of(operands[0])):
        evaluation.files.write(
            operands[1], unknown(Source.NETWORK, 0, f"scp://{words_of(operands[0])[0]}"), directory=context.directory
        )
    return silent(None)


def _bucket_copy(evaluation: Evaluation, operands: Sequence[Value], context: Context) -> Outcome | None:
    if not operands or not re.match(r"(?:s3|gs)://", head_of(operands[0])):
        return None
    if len(operands) == 1 or known_text(operands[1]) == "-":
        return Outcome(stdout=answer(operands[0]))
    target = operands[1]
    if known_text(target) in {".", "./"} or head_of(target).endswith("/"):
        target = concat((target, Known("/"), Known(_base(operands[0]))))
    write_file(evaluation, target, answer(operands[0]), context)
    return silent(None)


def _request(evaluation: Evaluation, method: str, url: Value, context: Context, sent: Value | None = None) -> None:
    address = with_scheme(url)
    evaluation.emit("http.request", method, address, place=context.place)
    text = _words_in(sent)
    ask_for_work(evaluation, address, text, context.place)
    asked = rented(method, str(words_of(address)[0]), text)
    if asked is not None:
        evaluation.emit("cloud.provision", *asked, place=context.place)


def _sent(evaluation: Evaluation, data: Sequence[Value], context: Context) -> Value | None:
    """Give what a request carries: the words given, or the files that they name with `@`."""
    parts: list[Value] = []
    for value in data:
        if head_of(value).startswith("@"):
            content = content_of(evaluation, drop(value, 1), context)
            parts.append(evaluation.fresh(Source.FILE) if content is None else content)
        else:
            parts.append(value)
    return concat(parts) if parts else None


def _words_in(sent: Value | None) -> str:
    """Give what is known of a request's text; parts that are not stand as an `x`."""
    single = next(iter(alternatives(sent)), None) if sent is not None else None
    if isinstance(single, Text):
        return "".join(part if isinstance(part, str) else "x" for part in single.parts)
    return (known_text(single) or "") if single is not None else ""


def _save(evaluation: Evaluation, target: Value, url: Value, directory: Value | None, context: Context) -> None:
    path = target if directory is None else concat((directory, Known("/"), target))
    write_file(evaluation, path, answer(url), context)


def _base(url: Value) -> str:
    text = re.sub(r"[?#].*", "", str(words_of(url)[0])) if is_whole(url) else str(words_of(url)[0])
    text = _SCHEME.sub("", text)
    return posixpath.basename(text) if "/" in text and posixpath.basename(text) else "index.html"
