"""Makes the fixtures: runs the tools against models that answer from a list, and takes the files that they write."""
