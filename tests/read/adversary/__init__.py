"""Spellings by an adversary: language features, libraries and everyday programs that carry a command."""
