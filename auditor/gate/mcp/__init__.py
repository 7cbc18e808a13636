"""An MCP server on standard input and output: a model may ask what the auditor thinks of a script. No gate."""
