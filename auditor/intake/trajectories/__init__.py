"""Trajectories: what agents did, as the tools that ran them wrote it down, becomes code with step and time."""
