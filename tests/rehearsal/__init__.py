"""A rehearsal of releases on the local stack: one that is good, and some that are to be taken back."""
