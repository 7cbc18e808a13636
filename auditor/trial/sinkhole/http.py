"""HTTP/1.1: every request is answered; what looks like a cloud's API gets an answer like the real one's.

Answer shapes: EC2's query API (XML) and instance metadata
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html), Google's
metadata server, and JSON for everything that asks for JSON.
"""

from __future__ import annotations

import socket
from contextlib import suppress

import h11

from auditor.trial.sinkhole.bodies import body_for
from auditor.trial.sinkhole.events import Events

METHODS = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"PATCH ", b"OPTIONS ", b"CONNECT ")
_BODY_BYTES = 1_000_000
_KEPT_BODY = 2_000
_METADATA_HOSTS = frozenset({"169.254.169.254", "100.100.100.200", "metadata.google.internal", "fd00:ec2::254"})
_EC2 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<RunInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    b"<requestId>00000000-0000-0000-0000-000000000000</requestId><reservationId>r-0</reservationId><ownerId>0</ownerId>"
    b"<groupSet/><instancesSet><item><instanceId>i-0</instanceId><imageId>ami-0</imageId><instanceState><code>0</code>"
    b"<name>pending</name></instanceState><instanceType>t3.micro</instanceType></item></instancesSet></RunInstancesResponse>"
)
_JSON = (
    b'{"id":"trial-1","name":"trial-1","status":"RUNNING","success":true,"new_contract":1,"data":{"instance_ids":["trial-1"],'
    b'"podFindAndDeployOnDemand":{"id":"trial-1","imageName":"trial","machineId":"trial-1"}},"access_token":"trial","result":true}'
)


class Exchange:
    """What an HTTP connection needs: where it goes, the events, and the nonce of its decoy bodies."""

    def __init__(self, events: Events, nonce: str, wanted: tuple[str, ...] = ()) -> None:
        self.events = events
        self.nonce = nonce
        self.wanted = wanted

    def serve(self, connection: socket.socket, host: str, port: int, scheme: str) -> str:
        """Answer requests on a connection until it ends; `host` is what is known without a Host header.

        Gives the target where the client asked for a tunnel (CONNECT): what it says next is for that.
        """
        protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=65_536)
        with suppress(h11.RemoteProtocolError, OSError):
            while (request := self._answer_one(protocol, connection, host, port, scheme)) is not None:
                if request.method == b"CONNECT":
                    return request.target.decode("latin-1")
                if protocol.our_state is not h11.DONE or protocol.their_state is not h11.DONE:
                    break
                protocol.start_next_cycle()
        return ""

    def _answer_one(
        self, protocol: h11.Connection, connection: socket.socket, host: str, port: int, scheme: str
    ) -> h11.Request | None:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                if request is not None and protocol.they_are_waiting_for_100_continue:
                    connection.sendall(protocol.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
                protocol.receive_data(connection.recv(65_536))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data[: max(0, _BODY_BYTES - len(body))]
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return None
        if request is None:
            return None
        self._note(request, bytes(body), host, port, scheme)
        if request.method == b"CONNECT":
            connection.sendall(protocol.send(h11.Response(status_code=200, headers=[])) or b"")
            return request
        status, content, media = self._content(request, bytes(body), host)
        headers = [("Content-Type", media), ("Content-Length", str(len(content))), ("Server", "nginx")]
        connection.sendall(protocol.send(h11.Response(status_code=status, headers=headers)) or b"")
        if request.method != b"HEAD":
            connection.sendall(protocol.send(h11.Data(data=content)) or b"")
        connection.sendall(protocol.send(h11.EndOfMessage()) or b"")
        return request

    def _note(self, request: h11.Request, body: bytes, host: str, port: int, scheme: str) -> None:
        named = _header(request, b"host") or self.events.names.get(host, host)
        target = request.target.decode("latin-1")
        is_whole = target.startswith("http") or request.method == b"CONNECT"
        url = target if is_whole else f"{scheme}://{named}{target}"
        self.events.note(
            "http", named.rpartition(":")[0] if named.count(":") == 1 else named, port,
            method=request.method.decode("latin-1"), url=url, agent=_header(request, b"user-agent"),
            authorised="yes" if _header(request, b"authorization") or _header(request, b"x-api-key") else "",
            body=body[:_KEPT_BODY].decode("utf-8", "replace"),
        )  # fmt: skip

    def _content(self, request: h11.Request, body: bytes, host: str) -> tuple[int, bytes, str]:
        target = request.target.decode("latin-1")
        named = (_header(request, b"host") or host).partition(":")[0]
        if host in _METADATA_HOSTS or named in _METADATA_HOSTS:
            return _metadata(target)
        if b"Action=RunInstances" in body or "Action=RunInstances" in target or b"Action=RequestSpot" in body:
            return 200, _EC2, "text/xml"
        if "json" in _header(request, b"accept") or "json" in _header(request, b"content-type"):
            return 200, _JSON, "application/json"
        if request.method in {b"GET", b"HEAD"}:
            content, media = body_for(target, self.nonce, self.wanted)
            return 200, content, media
        return 200, _JSON, "application/json"


def _metadata(target: str) -> tuple[int, bytes, str]:
    if "token" in target:
        answer = (
            b'{"access_token":"trial","expires_in":3599,"token_type":"Bearer"}'
            if "service-accounts" in target
            else b"trial"
        )
        return 200, answer, "application/json"
    if target.rstrip("/").endswith("security-credentials"):
        return 200, b"trial-role\n", "text/plain"
    if "security-credentials/" in target:
        keys = (
            b'{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIATRIAL","SecretAccessKey":"trial","Token":"trial"}'
        )
        return 200, keys, "application/json"
    return 200, b"trial\n", "text/plain"


def _header(request: h11.Request, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in request.headers if key == name), "")
