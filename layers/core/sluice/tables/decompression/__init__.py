"""Read compressed files as streams, within limits on what they expand to."""
