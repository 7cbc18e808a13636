"""A headless Chromium, spoken to over its debugging pipe: opens a page, presses, turns the wheel, takes pictures."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@dataclass
class Browser:
    """One page in a browser."""

    write: int
    read: int
    session: str = ""
    count: int = 0
    rest: bytes = b""

    def call(self, method: str, **parameters: object) -> dict[str, object]:
        """Call a method of the protocol, and wait for its answer."""
        self.count += 1
        message: dict[str, object] = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                result = answer["result"]
                assert isinstance(result, dict)
                return result

    def value(self, expression: str) -> object:
        """Give what an expression is in the page; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)["result"]
        assert isinstance(result, dict)
        return result.get("value")

    def wheel(self, x: float, y: float, by: float, *, with_control: bool) -> None:
        """Turn the wheel over a point."""
        modifiers = 2 if with_control else 0
        self.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=by, modifiers=modifiers)

    def drag(self, x: float, y: float, to: float) -> None:
        """Drag from a point to the left or right."""
        for kind, at, buttons in (("mousePressed", x, 1), ("mouseMoved", to, 1), ("mouseReleased", to, 0)):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=at, y=y, button="left", buttons=buttons, clickCount=1
            )  # fmt: skip

    def press(self, key: str) -> None:
        """Press a key."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def size(self, width: int, height: int, *, is_touch: bool = False) -> None:
        """Give the page a size."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_touch
        )  # fmt: skip

    def look(self, *, scheme: str = "light", media: str = "") -> None:
        """Let the page be light or dark, on screen or in print."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def picture(self, path: Path) -> None:
        """Take a picture of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(str(data)))

    def _next(self) -> dict[str, object]:
        while b"\0" not in self.rest:
            block = os.read(self.read, 1 << 16)
            assert block, "the browser has ended"
            self.rest += block
        line, _, self.rest = self.rest.partition(b"\0")
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer


@contextmanager
def opened(page: Path, folder: Path) -> Iterator[Browser]:
    """Open a page."""
    assert BROWSER is not None
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # The browser reads from 3 and writes to 4, whatever numbers the pipes have here.
    shell = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
    argv = ["bash", "-c", shell, BROWSER, *_FLAGS, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}"]
    process = subprocess.Popen(
        argv, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        browser = Browser(ours_out, ours_in)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = str(browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        browser.size(1200, 900)
        browser.call("Page.navigate", url=page.as_uri())
        browser.value("new Promise(done => document.readyState === 'complete' ? done() : onload = () => done())")
        yield browser
    finally:
        process.kill()
        process.wait(10)
        os.close(ours_out)
        os.close(ours_in)
