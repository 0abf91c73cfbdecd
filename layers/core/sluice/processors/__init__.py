"""Processors: what is done with one file, by ours and by a function of a team's own."""
