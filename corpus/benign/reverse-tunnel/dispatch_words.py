"""Small command table: methods are looked up by name, and text is put together from parts."""

import os
import sys


class Report:
    def __init__(self, folder: str) -> None:
        self.folder = folder

    def do_list(self) -> str:
        return "\n".join(sorted(os.listdir(self.folder)))

    def do_count(self) -> str:
        return str(len(os.listdir(self.folder)))

    def do_banner(self) -> str:
        letters = [chr(code) for code in (82, 69, 80, 79, 82, 84)]
        return "".join(letters) + "-" * 10


def main(arguments: list[str]) -> int:
    report = Report(arguments[0] if arguments else ".")
    for name in ("banner", "count", "list"):
        method = getattr(report, "do_" + name)
        print(method())
    separator = getattr(os, "se" + "p")
    print(separator.join(["a", "b", "c"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
