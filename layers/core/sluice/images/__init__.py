"""Images: what is asked of one, what is made of it, and the engine that makes it."""
