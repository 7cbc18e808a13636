"""Fixtures of the launch tests."""

from tests.read.launch.stage import play

__all__ = ["play"]
