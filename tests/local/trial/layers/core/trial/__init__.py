"""What the functions of the trial share."""
