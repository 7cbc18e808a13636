"""Redaction: secrets go, their surroundings stay."""

from __future__ import annotations

import time

import pytest

from auditor.render.redact import REDACTED, redact

SECRET = "Zq7-secret_value9"


@pytest.mark.parametrize(
    "text",
    [
        f'password = "{SECRET}"',
        f"PASSWORD='{SECRET}' run",
        f"export DB_PASSWORD={SECRET}",
        f"export AWS_SECRET_ACCESS_KEY={SECRET}",
        f'{{"api_key": "{SECRET}"}}',
        f'os.environ["HF_TOKEN"] = "{SECRET}"',
        f'client(aws_secret_access_key="{SECRET}")',
        f"sshpass -p {SECRET} ssh -R 1:h:2 x",
        f"sshpass -p{SECRET} ssh x",
        f'sshpass -p "{SECRET} and blanks" ssh x',
        f'["sshpass", "-p", "{SECRET}", "ssh"]',
        f"SSHPASS={SECRET} sshpass -e ssh x",
        f"tool --token {SECRET}",
        f"tool --api-key={SECRET}",
        f'tool --db-password "{SECRET}"',
        f'["tool", "--token", "{SECRET}"]',
        f"ngrok config add-authtoken {SECRET}",
        f"https://user:{SECRET}@host.example/x",
        f"stratum+tcp://wallet:{SECRET}@pool.example:3333",
        f"curl -u user:{SECRET} https://api.example",
        f'-H "Authorization: Bearer {SECRET}"',
        f'{{"Authorization": "token {SECRET}"}}',
        f"X-API-Key: {SECRET}",
    ],
)
def test_secrets_by_name_or_position_go(text: str) -> None:
    """Nothing of the secret is left."""
    safe = redact(text)
    assert REDACTED in safe
    assert not any(part in safe for part in ("Zq7", "secret_value9", "and blanks"))


@pytest.mark.parametrize(
    "token",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "a1B2_" * 8,
        "glpat-" + "x" * 20,
        "xoxb-" + "1234567890-abc",
        "sk-" + "a1B2" * 10,
        "sk_live_" + "a1B2" * 6,
        "hf_" + "a1B2" * 8,
        "AIza" + "a1B2-" * 7,
        "npm_" + "a1B2" * 9,
        "eyJ" + "hbGciOiJI" + ".eyJ" + "zdWIiOiIx" + "." + "c2lnbmF0dXJl",
        "123456789:AA" + "b" * 33,
    ],
)
def test_tokens_of_known_shape_go_wherever_they_stand(token: str) -> None:
    """Without a name beside them."""
    assert redact(f"curl https://api.example/{token}/x") == f"curl https://api.example/{REDACTED}/x"


def test_private_keys_go_and_lines_keep_their_numbers() -> None:
    """The body of the key is replaced, its line breaks stay."""
    begin, end = "-----BEGIN OPENSSH " + "PRIVATE KEY-----", "-----END OPENSSH " + "PRIVATE KEY-----"
    text = f"cat <<EOF\n{begin}\nb3BlbnNzaC1rZXk\nAAAABG5vbmU\n{end}\nEOF\n"
    safe = redact(text)
    assert "b3Blb" not in safe
    assert "AAAABG" not in safe
    assert safe.count("\n") == text.count("\n")
    assert "b3Blb" not in redact(f"{begin}\nb3BlbnNzaC1rZXk")


@pytest.mark.parametrize(
    "text",
    [
        "ssh -N -R 2222:localhost:22 ops@203.0.113.5",
        "token = get_token()",
        'password=os.environ["DB_PASSWORD"]',
        'curl -H "Authorization: Bearer $TOKEN" x',
        "tool --token $TOKEN",
        'tool --token "%{environment_1}"',
        "max_tokens=4096",
        "tokenizer = AutoTokenizer.from_pretrained(name)",
        "passed=12345",
        'compass="north"',
        f"stratum.login pool.example 3333 4{'8edfHu7V9Z84Yzz' * 6} x",
        "git clone https://github.example/a/b",
        "def f(password: str, token: str | None = None)",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    """A name without a value, a variable, an unknown part, a wallet."""
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "--a-",
        "password",
        "a://",
        "curl ",
        "eyJ",
        "-----BEGIN ",
        "Authorization:",
        '"',
        'token="',
        "A",
        "a_",
        "\\",
        "sshpass -p",
        "curl -u a",
    ],
)
def test_hostile_text_costs_linear_time(piece: str) -> None:
    """Twenty times the text costs nowhere near four hundred times the time."""
    redact(piece * 100)
    begin = time.perf_counter()
    redact((piece * 300_000)[:300_000])
    assert time.perf_counter() - begin < 3
