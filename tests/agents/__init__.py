"""Real agent CLIs, offline, against a model that is ours; behind `make test-agents`."""
