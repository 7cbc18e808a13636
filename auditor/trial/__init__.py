"""The trial: a script runs under strace in an isolated sandbox with a sinkhole network, and says what it did."""
