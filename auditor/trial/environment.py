"""The environment of a tried script: a plain user's, trust in the sinkhole's authority, and keys that open nothing."""

from __future__ import annotations

import posixpath

from auditor.trial.request import TrialRequest
from auditor.trial.stage import HOME, TRIAL

TRUST_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
)
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(request: TrialRequest) -> dict[str, str]:
    """Give the variables, with what was asked for."""
    own = f"{posixpath.dirname(request.argv[0])}:" if request.prefixes else ""
    user = "root" if request.looks_like_root else "worker"
    variables = {
        "PATH": f"{TRIAL}/bin:{own}{_PATH}",
        "HOME": HOME,
        "USER": user,
        "LOGNAME": user,
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "TMPDIR": "/tmp",  # noqa: S108
        "PYTHONDONTWRITEBYTECODE": "1",
        "BASH_ENV": f"{TRIAL}/bashenv",
        "AWS_ACCESS_KEY_ID": "AKIATRIAL",
        "AWS_SECRET_ACCESS_KEY": "trial",
        "AWS_DEFAULT_REGION": "us-east-1",
        "RUNPOD_API_KEY": "trial",
        "LAMBDA_API_KEY": "trial",
        "VAST_API_KEY": "trial",
        **dict.fromkeys(TRUST_VARIABLES, _CERTIFICATES),
    }
    return {**variables, **dict(request.environment)}
