"""The gate: answers an agent's question, before it acts, in that agent's own protocol. It fails closed."""
