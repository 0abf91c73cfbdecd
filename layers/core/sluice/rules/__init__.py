"""Rules: which processor takes a file, with which options; and documents kept with all their versions."""
