"""Effects: what a script does to the world, in one normal form.

An effect is a program start, written as its argv in normal form (a pipeline keeps its stages), or
a pseudo-command whose name has a dot in it (`net.connect tcp pool.example 3333`). The table of
pseudo-commands is `PSEUDO_COMMANDS`; docs/effects.md is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.place import Place
from auditor.model.word import Word

PSEUDO_COMMANDS: dict[str, str] = {
    "net.connect": "PROTOCOL HOST PORT: a connection opened",
    "net.listen": "PROTOCOL ADDRESS PORT: a socket that accepts",
    "net.relay": "HOST PORT HOST PORT: what the first connection gives is sent on over the second",
    "dns.query": "NAME: a name looked up",
    "tls.hello": "NAME: a TLS session opened to a server name",
    "http.request": "METHOD URL: an HTTP request",
    "ssh.open": "USER HOST PORT: an SSH session opened by a library or seen on the wire",
    "ssh.forward": "remote|local|dynamic|tun SPEC…: a forward asked for over SSH by a library or seen on the wire",
    "ssh.configure": "KEYWORD VALUE…: a keyword in an ssh_config text that the script writes or feeds to ssh",
    "tunnel.configure": "PROGRAM HOST PORT: a tunnel client's configuration file",
    "miner.configure": "POOL WALLET: a miner's configuration file",
    "stratum.login": "HOST PORT WALLET AGENT: a miner's login",
    "stratum.subscribe": "HOST PORT AGENT: a miner's subscription",
    "file.write": "PATH: a file created or changed",
    "file.read": "PATH: a sensitive file read",
    "file.delete": "PATH: a file removed",
    "file.chmod": "PATH MODE: permissions changed",
    "cloud.provision": "PROVIDER SERVICE TYPE COUNT REGION: machines rented",
    "cloud.request": "PLATFORM RESOURCE COUNT: accelerators asked of a cluster that is already there",
    "code.fetch": "URL INTERPRETER: code fetched and run, however piped",
    "code.load": "LANGUAGE ORIGIN: text run as code that could not be resolved; ORIGIN is a word.Source",
    "code.run": "absent PATH: a script named but out of reach",
    "process.kill": "[gpu] TARGET…: processes ended; `gpu` where the driver was asked for them",
    "process.hide": "HOW…: a process made hard to see",
    "process.stdio": "socket HOST PORT: a shell's input and output tied to a socket",
    "env.set": "NAME VALUE: an environment variable given to a program",
    "hiding.decoded": "LANGUAGE LAYERS: code or a command recovered through decoders",
    "hiding.name": "NAME: a sink reached through a computed name",
    "sleep": "SECONDS: a wait",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing done to the world, predicted at a place.

    `stages` holds one tuple of words per stage of a pipeline; nearly always there is one.
    """

    stages: tuple[tuple[Word, ...], ...]
    place: Place

    def __post_init__(self) -> None:
        if not self.stages or not all(self.stages):
            raise ValueError("an effect has at least one stage, and each stage at least one word")

    @property
    def name(self) -> str | None:
        """The first word: a program or a pseudo-command; None where it is unknown."""
        return self.stages[0][0].text

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the first stage."""
        return self.stages[0]
