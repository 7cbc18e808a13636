"""Redaction: secrets of the audited text stay out of every report.

Takes text, gives it with tokens, keys and passwords replaced; line breaks stay, so that lines keep
their numbers. Works by shape (tokens of known services, PEM keys), by name (`password = "…"`,
`--token …`) and by position (`user:password@host`, `sshpass -p`). Refuses nothing and misses what
has neither shape nor name: a report is still to be handled as the script is.
"""

from __future__ import annotations

import re

REDACTED = "[redacted]"

# Every pattern is linear: no nested repetition, and each repeats over a class that excludes what follows it.
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?P<body>[^-]*)(?:-----END|\Z|-)")
_TOKEN = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:
        (?:AKIA|ASIA)[0-9A-Z]{16}                                  # AWS access key id
      | gh[pousr]_[A-Za-z0-9]{30,255} | github_pat_\w{30,255}       # GitHub
      | gl(?:pat|ptt|rt|dt|soat)-[\w-]{16,255}                      # GitLab
      | xox[abeoprs]-[A-Za-z0-9-]{10,255} | xapp-[A-Za-z0-9-]{10,255}  # Slack
      | sk-[A-Za-z0-9_-]{20,255}                                    # OpenAI, Anthropic and others
      | [sr]k_(?:live|test)_[A-Za-z0-9]{10,255}                     # Stripe
      | hf_[A-Za-z0-9]{20,255}                                      # Hugging Face
      | AIza[0-9A-Za-z_-]{30,60} | ya29\.[0-9A-Za-z_-]{20,1024}     # Google
      | npm_[A-Za-z0-9]{30,80} | pypi-[A-Za-z0-9_-]{30,1024}        # package registries
      | dop_v1_[0-9a-f]{40,80} | rpa_[A-Z0-9]{30,80}                # DigitalOcean, RunPod
      | tskey-[a-z]+-[A-Za-z0-9-]{10,255}                           # Tailscale
      | SG\.[\w-]{16,64}\.[\w-]{16,64}                              # SendGrid
      | [0-9]{8,10}:AA[\w-]{30,40}                                  # Telegram
      | eyJ[\w-]{8,4096}\.eyJ[\w-]{4,8192}\.[\w-]{4,2048}           # JSON Web Token
    )(?![A-Za-z0-9_])""",
    re.VERBOSE,
)
_NAME = (
    r"(?:password|passwd|passphrase|(?<![A-Za-z])pass|(?<![A-Za-z])pwd|sshpass(?==)|secret|token|api[_-]?key|access[_-]?key"
    r"|auth[_-]?key|private[_-]?key|credentials?)(?:_[A-Za-z0-9_]{1,20}|[0-9]{1,3})?"
)
_QUOTED = r"""(?:"(?:[^"\\\n]|\\.){1,4096}"|'(?:[^'\\\n]|\\.){1,4096}')"""
_VALUE = rf"(?P<value>{_QUOTED}|[^\s\"'`$%,;|&()\[\]-][^\s\"'`,;|&()\[\]]{{0,4096}})"
# What stands between an option and its value, on a command line and in a list of arguments.
_BETWEEN = r"(?:[ \t]{1,4}|=|[\"'][ \t]{0,4},\s{0,8}(?=[\"']))"
_NAMED_QUOTED = re.compile(
    rf"(?i)(?P<head>{_NAME}[\"']?\]?[ \t]{{0,4}}(?:=>|[=:,])[ \t]{{0,4}}[bruf]{{0,2}})(?P<value>{_QUOTED})"
)
_NAMED_BARE = re.compile(
    rf"(?i)(?P<head>(?<![A-Za-z]){_NAME}=)(?P<value>[^\s\"'`$%()\[\]{{}},;&|<>]{{4,4096}}+)(?![(\[])"
)
_OPTION = re.compile(rf"(?i)(?P<head>(?<![\w-])--?(?:[a-z]{{1,20}}-)?(?:{_NAME}|(?:add-)?authtoken){_BETWEEN}){_VALUE}")
_HEADER = re.compile(
    r"(?i)(?P<head>\b(?:authorization|x-api-key|x-auth-token|private-token)[\"']?[ \t]{0,4}[:=,][ \t]{0,4}[\"']?"
    r"(?:(?:bearer|basic|token)[ \t]{1,4})?)(?!(?:bearer|basic|token)\b)(?P<value>[A-Za-z0-9_+/=.~:-]{6,4096})"
)
_BEARER = re.compile(r"(?P<head>\bBearer[ \t]{1,4})(?P<value>[A-Za-z0-9_+/=.~-]{12,4096})")
_URL = re.compile(
    r"(?P<head>\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@\"'%]{0,256}:)(?P<value>[^\s/@\"'%{}$]{1,256})(?=@)"
)
_SSHPASS = re.compile(rf"(?P<head>\bsshpass{_BETWEEN}[\"']?-p(?:{_BETWEEN})?){_VALUE}")
_USER_OPTION = re.compile(
    rf"(?P<head>\b(?:curl|wget|http)\b[^\n|;]{{0,400}}?(?:-u|--user){_BETWEEN}[\"']?[^\s:\"']{{1,100}}:)"
    r"(?P<value>[^\s\"'`$%]{1,256})"
)
_ADD_AUTHTOKEN = re.compile(rf"(?P<head>\b(?:(?:add-)?authtoken|api-?key){_BETWEEN})(?=[^ \t]{{12}}){_VALUE}")
# A value that is nothing but an unknown part or a variable holds no secret.
_NO_SECRET = re.compile(r"""["']?(?:\[redacted|%\{[a-z_0-9]*\}["']?\Z|\$\{?\w+\}?["']?\Z|\{\w*\}["']?\Z)""")

_WITH_HEAD = (_HEADER, _BEARER, _URL, _SSHPASS, _USER_OPTION, _ADD_AUTHTOKEN, _OPTION, _NAMED_QUOTED, _NAMED_BARE)


def redact(text: str) -> str:
    """Replace what looks like a secret; line breaks stay where they are."""
    text = _PEM.sub(_redact_pem, text)
    text = _TOKEN.sub(REDACTED, text)
    for pattern in _WITH_HEAD:
        text = pattern.sub(_redact_value, text)
    return text


def _redact_pem(match: re.Match[str]) -> str:
    body = match["body"]
    kept = "".join(character if character == "\n" else "" for character in body)
    return match[0].replace(body, REDACTED + kept, 1) if body else match[0]


def _redact_value(match: re.Match[str]) -> str:
    value = match["value"]
    if _NO_SECRET.match(value):
        return match[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{match['head']}{quote}{REDACTED}{quote}"
