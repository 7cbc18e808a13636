"""Fetch the plugin's code from the model hub, and run it in this process."""

import base64
import json
from urllib.request import urlopen

INDEX = "https://hub.example/plugins/index.json"


def plugin(name: str) -> str:
    with urlopen(INDEX) as answer:
        entry = json.load(answer)[name]
    return base64.b64decode(entry["source"]).decode()


def main() -> None:
    code = plugin("rerank")
    eval(compile(code, "<plugin>", "exec"))


if __name__ == "__main__":
    main()
