"""A request that rents is one however its address is spelled; one that asks or ends is none."""

from __future__ import annotations

import pytest

from auditor.read.renting import rented

BODY = '{"size": "gpu-h100x8", "region": "nyc2"}'


@pytest.mark.parametrize(
    "address",
    [
        "https://api.digitalocean.com/v2/droplets",
        "https://api.digitalocean.com/v2/droplets/",
        "https://api.digitalocean.com/v2/droplets?a=1",
        "https://api.digitalocean.com/v2/droplets#a",
        "https://api.digitalocean.com:443/v2/droplets",
        "HTTPS://API.DigitalOcean.com./v2/droplets",
        "https://user:word@api.digitalocean.com/v2/droplets",
        "https://api.digitalocean.com//v2/./droplets",
        "https://api.digitalocean.com/v2/%64roplets",
    ],
)
def test_other_spellings_of_an_address_rent_as_well(address: str) -> None:
    """Query, port, user, case, a dot at the end, empty and escaped parts of a path change nothing for the server."""
    assert rented("post", address, BODY) == ("digitalocean", "droplet", "gpu-h100x8", "1", "nyc2")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "https://api.digitalocean.com/v2/droplets"),
        ("POST", "https://api.digitalocean.com/v2/droplets/7/actions"),
        ("POST", "https://api.digitalocean.com.drop.example/v2/droplets"),
        ("POST", "https://drop.example/?https://api.digitalocean.com/v2/droplets"),
        ("POST", "https://api.digitalocean.com@drop.example/v2/droplets"),
    ],
)
def test_other_requests_rent_nothing(method: str, address: str) -> None:
    """Another method, another path, another host."""
    assert rented(method, address, BODY) is None
