"""Recovery: what was lost, stuck, refused or deleted is found, and taken up again or forgotten."""
