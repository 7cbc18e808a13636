"""Audit code that AI agents write before it runs."""

__version__ = "0.1.0"
