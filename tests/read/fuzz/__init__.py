"""Readers under random and mutated text."""
