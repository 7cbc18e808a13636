"""Rendering: reports become text, JSON, JSON Lines and SARIF; nothing here judges, and nothing raw comes out."""
