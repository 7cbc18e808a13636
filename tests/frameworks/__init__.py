"""Framework adapters, each in an environment of its own; behind `make test-frameworks`."""
