"""Data sets, archives and trajectories become a stream of inputs, bounded in memory whatever their size."""
