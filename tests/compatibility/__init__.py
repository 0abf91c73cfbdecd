"""What one release leaves, and another reads."""
