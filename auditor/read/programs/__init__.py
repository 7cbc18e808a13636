"""What is known of single programs: their option grammars (data/, one file per program) and normal forms."""
