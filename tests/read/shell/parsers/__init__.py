"""Other parsers of bash, and ours, in one neutral form, so that their trees can be compared."""
