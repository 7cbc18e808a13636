"""Correlation: which tool call was behind an alert, how sure that is, and whether tools were behind it at all."""
