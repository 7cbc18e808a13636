"""Commands hidden in random ways, and what really runs as the truth."""
