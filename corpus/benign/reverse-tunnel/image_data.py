"""Make a self-contained HTML page: images are inlined as base64."""

import base64
import mimetypes
from pathlib import Path

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def inline(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'<img alt="{path.stem}" src="data:{kind};base64,{body}">'


def page(folder: Path) -> str:
    images = "\n".join(inline(path) for path in sorted(folder.glob("*.png")))
    return f"<!doctype html><title>plots</title>\n{images}\n"


def main() -> None:
    folder = Path("plots")
    folder.mkdir(exist_ok=True)
    (folder / "pixel.png").write_bytes(base64.b64decode(PIXEL))
    Path("plots.html").write_text(page(folder))
    print("wrote plots.html")


if __name__ == "__main__":
    main()
