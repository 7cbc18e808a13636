"""Benchmarks: `make bench` measures the auditor beside Semgrep and Bandit, in one run on the same scripts."""
