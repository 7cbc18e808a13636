"""The sinkhole: a network inside the trial's namespace that answers everything and leads nowhere."""
