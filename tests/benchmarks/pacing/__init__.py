"""How a burst drains against a downstream that degrades, with and without control."""
