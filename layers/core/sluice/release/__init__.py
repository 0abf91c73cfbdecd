"""Checks a new version of a function before, and after, it gets traffic."""
