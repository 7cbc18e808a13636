"""Adapters for agent frameworks: thin, and importing nothing but `auditor.gate.guarding` until one is asked for.

Each module has functions that give the framework's own kind of hook; a call that the gate denies is
answered with its reason, so that the model can do something else. Only `inspect_ai`, which the
framework itself loads, imports its framework at once.
"""
