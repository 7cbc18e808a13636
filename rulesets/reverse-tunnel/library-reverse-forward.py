import asyncio

import asyncssh
import paramiko
from fabric import Connection


def status() -> str:
    client = paramiko.SSHClient()
    client.connect("203.0.113.5", username="ops")
    # ok: library-reverse-forward
    _, stdout, _ = client.exec_command("uptime")
    return stdout.read().decode()


def paramiko_tunnel() -> None:
    client = paramiko.SSHClient()
    client.connect("203.0.113.5", username="ops")
    # ruleid: library-reverse-forward
    client.get_transport().request_port_forward("", 2222)


def fabric_tunnel() -> None:
    # ruleid: library-reverse-forward
    with Connection("ops@203.0.113.5").forward_remote(2222, local_port=22):
        pass


async def asyncssh_tunnel() -> None:
    async with asyncssh.connect("203.0.113.5", username="ops") as conn:
        # ok: library-reverse-forward
        await conn.forward_local_port("", 8080, "localhost", 80)
        # ruleid: library-reverse-forward
        listener = await conn.forward_remote_port("", 2222, "localhost", 22)
        await listener.wait_closed()


print(status())
paramiko_tunnel()
fabric_tunnel()
asyncio.run(asyncssh_tunnel())
