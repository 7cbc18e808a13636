"""Option grammars and normal forms."""
