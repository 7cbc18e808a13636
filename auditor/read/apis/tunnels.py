"""Libraries that open a tunnel to this machine through a service: written as the service's own command."""

from __future__ import annotations

from collections.abc import Callable

from auditor.read.python.call import Call
from auditor.read.python.objects import NONE, PyValue
from auditor.read.values import Known, as_text, known_text

Handler = Callable[[Call], PyValue]


def _ngrok_connect(call: Call) -> PyValue:
    """`pyngrok.ngrok.connect(addr=80, proto="http")`."""
    address = call.get(0, "addr")
    protocol = call.text(1, "proto") or "http"
    call.emit("ngrok", Known(protocol), as_text(call.machine.word(address)) if address is not None else Known("80"))
    return call.result()


def _ngrok_forward(call: Call) -> PyValue:
    address = call.get(0, "addr")
    protocol = call.text(None, "proto") or "http"
    call.emit("ngrok", Known(protocol), as_text(call.machine.word(address)) if address is not None else Known("80"))
    return call.result()


def _token(call: Call) -> PyValue:
    call.emit("ngrok", "config", "add-authtoken", as_text(call.word(0, "token")))
    return NONE


def _named(*words: str) -> Handler:
    def handler(call: Call) -> PyValue:
        call.emit(*words)
        return call.result()

    return handler


def _share(call: Call) -> PyValue:
    """`gradio` `launch(share=True)` publishes the app through a relay."""
    if call.flag("share") is True:
        call.emit("gradio", "deploy", "--share")
    return call.result()


def _with_port(program: str, option: str) -> Handler:
    def handler(call: Call) -> PyValue:
        port = call.get(0, "port")
        words: list[PyValue | str] = [program, option]
        if port is not None and known_text(call.machine.scalar(port)) != "None":
            words.append(call.machine.word(port))
        call.emit(*words)
        return call.result()

    return handler


CALLS: dict[str, Handler] = {
    "pyngrok.ngrok.connect": _ngrok_connect,
    "pyngrok.ngrok.set_auth_token": _token,
    "ngrok.connect": _ngrok_connect,
    "ngrok.forward": _ngrok_forward,
    "ngrok.listen": _named("ngrok", "http"),
    "ngrok.set_auth_token": _token,
    "flask_ngrok.run_with_ngrok": _named("ngrok", "http", "5000"),
    "flask_cloudflared.run_with_cloudflared": _named("cloudflared", "tunnel"),
    "pycloudflared.try_cloudflare": _with_port("cloudflared", "tunnel"),
    "colab_ssh.launch_ssh": _named("ngrok", "tcp", "22"),
    "colab_ssh.launch_ssh_cloudflared": _named("cloudflared", "tunnel", "--url", "ssh://localhost:22"),
    "colabcode.ColabCode": _named("ngrok", "http"),
    "gradio.Interface().launch": _share,
    "gradio.Blocks().launch": _share,
    "gradio.ChatInterface().launch": _share,
    "gradio.TabbedInterface().launch": _share,
    "localtunnel.connect": _with_port("lt", "--port"),
    "bore.connect": _with_port("bore", "local"),
}
