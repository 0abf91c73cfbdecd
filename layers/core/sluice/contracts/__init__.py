"""Data contracts: what a table must be, how it is held against that, and what breaks it."""
