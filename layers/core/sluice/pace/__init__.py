"""Pace: how many files of a lane begin, and when."""
