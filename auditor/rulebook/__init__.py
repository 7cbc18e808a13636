"""The rulebook: what rule files, their examples and the indicator lists must be, checked and tested."""
