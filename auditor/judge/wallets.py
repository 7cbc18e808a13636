"""Payout addresses of coins, recognised by their checksums.

Takes a word, gives the coin whose address it holds, or an empty text. Formats: base58check of Bitcoin and its kin
(https://en.bitcoin.it/wiki/Base58Check_encoding), bech32 and bech32m (BIP 173, BIP 350), Monero's base58 with
Keccak-256 (https://docs.getmonero.org/cryptography/base58/), Ethereum's mixed case (EIP-55). An Ethereum address
in one case carries no checksum and is none here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VERSIONS = {
    (0,): "BTC", (5,): "BTC", (48,): "LTC", (50,): "LTC", (30,): "DOGE", (76,): "DASH", (60,): "RVN",
    (0x1C, 0xB8): "ZEC", (0x1C, 0xBD): "ZEC",
}  # fmt: skip
_PREFIXES = {"bc": "BTC", "ltc": "LTC", "aleo": "ALEO"}
_MONERO = {18: (69, "XMR"), 19: (77, "XMR"), 42: (69, "XMR")}
_MONERO_BLOCKS = {2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}
"""Characters of a block of Monero's base58 to the bytes that they stand for."""
_BECH32M = 0x2BC830A3
_LONGEST = 120
_HEXADECIMAL = re.compile(r"0x[0-9A-Fa-f]{40}")
_WORD = re.compile(r"(?:0x)?[0-9A-Za-z]{25,110}")


def wallets_in(text: str) -> tuple[str, ...]:
    """Give the coins of all addresses in a text, in order, each once."""
    return tuple(dict.fromkeys(coin for match in _WORD.finditer(text) if (coin := coin_of(match[0]))))


def coin_of(word: str) -> str:
    """Give the coin of which a word is an address with a valid checksum; empty where it is none."""
    if not 25 <= len(word) <= _LONGEST or not word.isascii():
        return ""
    return _ethereum(word) or _bech32(word) or _monero(word) or _base58check(word)


def _base58check(word: str) -> str:
    number = 0
    for character in word:
        value = _BASE58.find(character)
        if value < 0:
            return ""
        number = number * 58 + value
    zeros = len(word) - len(word.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) not in (25, 26) or sha256(sha256(data[:-4]).digest()).digest()[:4] != data[-4:]:
        return ""
    return _VERSIONS.get(tuple(data[: len(data) - 24]), "")


def _bech32(word: str) -> str:
    prefix, found, data = word.lower().rpartition("1")
    if not found or prefix not in _PREFIXES or word not in (word.lower(), word.upper()):
        return ""
    if not data or any(character not in _BECH32 for character in data):
        return ""
    values = [_BECH32.index(character) for character in data]
    spread = [*(ord(character) >> 5 for character in prefix), 0, *(ord(character) & 31 for character in prefix)]
    wanted = 1 if values[0] == 0 and prefix != "aleo" else _BECH32M
    return _PREFIXES[prefix] if _polymod([*spread, *values]) == wanted else ""


def _polymod(values: Iterable[int]) -> int:
    generator = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit in range(5):
            check ^= generator[bit] if top >> bit & 1 else 0
    return check


def _monero(word: str) -> str:
    if len(word) not in (95, 106) or word[0] not in "48":
        return ""
    data = b""
    for start in range(0, len(word), 11):
        block = word[start : start + 11]
        size = _MONERO_BLOCKS.get(len(block), 0)
        number = 0
        for character in block:
            value = _BASE58.find(character)
            if value < 0:
                return ""
            number = number * 58 + value
        if not size or number >> (8 * size):
            return ""
        data += number.to_bytes(size, "big")
    length, coin = _MONERO.get(data[0], (0, ""))
    return coin if len(data) == length and keccak256(data[:-4])[:4] == data[-4:] else ""


def _ethereum(word: str) -> str:
    digits = word[2:]
    if not _HEXADECIMAL.fullmatch(word) or digits in (digits.lower(), digits.upper()):
        return ""
    digest = keccak256(digits.lower().encode()).hex()
    is_right = all(
        character.isdigit() or character.isupper() == (int(nibble, 16) > 7)
        for character, nibble in zip(digits, digest, strict=False)
    )
    return "ETH" if is_right else ""


_ROUNDS = 24
_RATE = 136
_MASK = (1 << 64) - 1


def keccak256(data: bytes) -> bytes:
    """Hash with Keccak-256 as coins use it: the padding of the competition, not that of SHA-3 (FIPS 202)."""
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for index in range(_RATE // 8):
            at = start + index * 8
            lanes[index % 5][index // 5] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[index % 5][index // 5].to_bytes(8, "little") for index in range(4))


def _permuted(lanes: list[list[int]]) -> list[list[int]]:
    register = 1
    for _ in range(_ROUNDS):
        columns = [lane[0] ^ lane[1] ^ lane[2] ^ lane[3] ^ lane[4] for lane in lanes]
        for x in range(5):
            mixed = columns[x - 1] ^ _turned(columns[(x + 1) % 5], 1)
            lanes[x] = [lane ^ mixed for lane in lanes[x]]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], _turned(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) & 0xFF
            lanes[0][0] ^= (register >> 1 & 1) << ((1 << bit) - 1)
    return lanes


def _turned(value: int, count: int) -> int:
    count %= 64
    return (value << count | value >> (64 - count)) & _MASK
