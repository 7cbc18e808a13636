"""HTTP clients: each request is an effect, and its answer an unknown from the network that carries the URL."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.carried import note_carried
from auditor.read.apis.rentals import note_endpoint
from auditor.read.python.call import Call
from auditor.read.python.objects import NONE, External, PyValue
from auditor.read.python.paths import note_write
from auditor.read.values import EMPTY, Known, Unknown, Value, as_text, concat, known_text, unknown, words_of
from auditor.read.work import ask_for_work

Handler = Callable[[Call], PyValue]


def answer(call: Call, url: Value) -> External:
    """Give the answer to a request: text, bytes and JSON of it are all unknown from that URL."""
    name = str(words_of(url)[0])
    hole = call.machine.derive_named(Source.NETWORK, name).hole
    return External("http.answer", call.callee, call.args, call.kwargs, hole=hole)


def request(call: Call, method: str, url: PyValue, body: PyValue | None) -> PyValue:
    """Record a request and give its answer."""
    location = as_text(call.machine.word(url))
    call.emit("http.request", method, location)
    note_endpoint(call, method, location, body)
    text = known_text(call.machine.text_of(body, call.node)) if body is not None else None
    ask_for_work(call.machine.evaluation, location, text or "", call.machine.place(call.node))
    note_carried(call, method, location, body)
    return answer(call, location)


def _verb(method: str) -> Handler:
    def handler(call: Call) -> PyValue:
        body = call.get(None, "json") or call.get(None, "data") or call.get(1, "data")
        return request(call, method, _based(call, call.arg(0, "url")), body)

    return handler


def _based(call: Call, url: PyValue) -> PyValue:
    """Join a relative URL to the client's base URL."""
    text = known_text(call.machine.scalar(url))
    if text is None or "://" in text:
        return url
    base = call.callee.parent.kwargs.get("base_url") if call.callee.parent is not None else None
    return concat((call.machine.scalar(base), Known(text))) if base is not None else url


def _request(call: Call) -> PyValue:
    method = call.text(0, "method") or "GET"
    body = call.get(None, "json") or call.get(None, "data")
    return request(call, method.upper(), _based(call, call.arg(1, "url")), body)


def _urlopen(call: Call) -> PyValue:
    target = call.arg(0, "url")
    body = call.get(1, "data")
    method = "POST" if body is not None else "GET"
    if isinstance(target, External) and target.path.endswith("Request()"):
        inner = Call(call.machine, target, target.args, target.kwargs, None, call.node)
        body = inner.get(1, "data")
        method = inner.text(None, "method") or ("POST" if body is not None else "GET")
        target = inner.arg(0, "url")
    return request(call, method, target, body)


def _retrieve(call: Call) -> PyValue:
    """`urlretrieve(url, path)`: a file whose content comes from the network."""
    got = request(call, "GET", call.arg(0, "url"), None)
    path = call.get(1, "filename") or call.get(None, "out")
    if path is not None:
        name = as_text(call.machine.word(path))
        note_write(call.machine, name, call.node)
        call.machine.evaluation.files.write(name, call.machine.scalar(got), directory=call.machine.directory)
    return got


def _http_client(call: Call) -> PyValue:
    scheme = "https" if "HTTPS" in call.callee.path else "http"
    host = call.word(0, "host")
    port = call.get(1, "port")
    location: list[Value] = [Known(f"{scheme}://"), as_text(host)]
    if port is not None:
        location += [Known(":"), as_text(call.machine.scalar(port))]
    return call.result(base=concat(location))


def _http_request(call: Call) -> PyValue:
    base = call.receiver.state.get("base", EMPTY)
    url = concat((call.machine.scalar(base), as_text(call.word(1, "url"))))
    got = request(call, (call.text(0, "method") or "GET").upper(), url, call.get(2, "body"))
    call.machine.journal.touch(call.receiver)
    call.receiver.state["answer"] = got
    return NONE


def _http_response(call: Call) -> PyValue:
    return call.receiver.state.get("answer", call.machine.evaluation.fresh(Source.NETWORK))


def _content(call: Call) -> PyValue:
    """`answer.json()`, `.read()`, `.text()`: the same unknown."""
    return Unknown(call.receiver.hole) if call.receiver.hole.source is Source.NETWORK else unknown(Source.NETWORK)


def _made(call: Call) -> PyValue:
    return call.result()


def _curl_option(call: Call) -> PyValue:
    option = call.arg(0)
    if isinstance(option, External) and option.path.endswith(".URL"):
        call.emit("http.request", "GET", as_text(call.word(1)))
    return NONE


_VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
_CLIENTS = (
    "requests",
    "requests.Session()",
    "requests.session()",
    "requests.sessions.Session()",
    "httpx",
    "httpx.Client()",
    "httpx.AsyncClient()",
    "aiohttp.ClientSession()",
    "cloudscraper.create_scraper()",
    "curl_cffi.requests",
    "niquests",
    "urllib3",
)

CALLS: dict[str, Handler] = {
    **{f"{client}.{verb}": _verb(verb.upper()) for client in _CLIENTS for verb in _VERBS},
    **{f"{client}.request": _request for client in _CLIENTS},
    "httpx.stream": _request,
    "httpx.Client().stream": _request,
    "urllib3.PoolManager().request": _request,
    "urllib3.PoolManager().urlopen": _request,
    "urllib.request.urlopen": _urlopen,
    "urllib.request.build_opener().open": _urlopen,
    "urllib.request.Request": _made,
    "urllib.request.urlretrieve": _retrieve,
    "wget.download": _retrieve,
    "gdown.download": _retrieve,
    "torch.hub.download_url_to_file": _retrieve,
    "http.client.HTTPConnection": _http_client,
    "http.client.HTTPSConnection": _http_client,
    "http.client.HTTPConnection().request": _http_request,
    "http.client.HTTPSConnection().request": _http_request,
    "http.client.HTTPConnection().getresponse": _http_response,
    "http.client.HTTPSConnection().getresponse": _http_response,
    **{
        f"http.answer.{name}": _content
        for name in (
            "json",
            "read",
            "text",
            "iter_content",
            "iter_lines",
            "readlines",
            "readline",
            "aread",
            "getvalue",
            "iter_bytes",
        )
    },
    "pycurl.Curl().setopt": _curl_option,
}
