"""Payout addresses: vectors with valid checksums, and the same with one character changed."""

from __future__ import annotations

import pytest

from auditor.judge.wallets import coin_of, keccak256, wallets_in

XMR = "46tnJM35e26cuC5pfxbfzzL9HXXTb1GmuULPRCoCDZ5TWxF78nkULNeYzcKcdnBkWDgkvh9iJnwkV5BvaXTdPzaK2LsYf66"
ADDRESSES = {
    XMR: "XMR",
    "87ivdigvESWcuC5pfxbfzzL9HXXTb1GmuULPRCoCDZ5TWxF78nkULNeYzcKcdnBkWDgkvh9iJnwkV5BvaXTdPzaK2HhRUfv": "XMR",
    "1JE88xVHDPY5iJp3KTAdqodwcNrxnmqDjJ": "BTC",
    "bc1qhn6cpmeqkqxmmsr0vumen56k9y3krldx6wyrfk": "BTC",
    "bc1phn6cpmeqkqxmmsr0vumen56k9y3krldx7k3m7sjgx7a9cvsg8djqxumslp": "BTC",
    "0xBcf580ef20B00Dbdc06f673799d356292361FDa6": "ETH",
    "RSWKDUNZpDLenKBEnd9kwKy9NeKZU8DEUA": "RVN",
    "LcT5QAo7J3n8y7WCVb9w7phhpbEEqjz6Rn": "LTC",
    "DNNDgDRvWoSNFJze43ACPZoYVWbG5UUFQ6": "DOGE",
    "t1b6j9HuRBiKgJwrwFsykycjrs343WnoRa8": "ZEC",
}


@pytest.mark.parametrize(("data", "digest"), [
    (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
    (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
])  # fmt: skip
def test_keccak_of_published_vectors(data: bytes, digest: str) -> None:
    assert keccak256(data).hex() == digest


def test_keccak_over_a_block_boundary_differs_from_its_neighbours() -> None:
    assert len({keccak256(b"x" * length) for length in range(130, 140)}) == 10


@pytest.mark.parametrize(("word", "coin"), ADDRESSES.items())
def test_an_address_is_known_by_its_checksum(word: str, coin: str) -> None:
    assert coin_of(word) == coin
    wrong = word[:-3] + ("2" if word[-3] != "2" else "3") + word[-2:]
    if not word.startswith("0x"):
        assert coin_of(wrong) == ""
    else:
        assert coin_of(word.swapcase().replace("X", "x", 1)) == ""


@pytest.mark.parametrize("word", [
    "0xbcf580ef20b00dbdc06f673799d356292361fda6",  # one case: no checksum
    "d41d8cd98f00b204e9800998ecf8427e", "a" * 40, "1" * 34, "", "bc1", "bc1" + "q" * 39, "4" * 95, "é" * 34, "9" * 120,
])  # fmt: skip
def test_other_words_are_no_addresses(word: str) -> None:
    assert coin_of(word) == ""


def test_addresses_are_found_inside_a_word() -> None:
    assert wallets_in(f"XMR:{XMR}.rig1#a-b") == ("XMR",)
    assert wallets_in("nothing here") == ()
