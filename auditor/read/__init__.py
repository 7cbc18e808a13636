"""Reading: from a Script to its Units, predicted Effects and Gaps, by abstract interpretation."""
