"""Corpora: data sets in, verdicts and figures out."""
