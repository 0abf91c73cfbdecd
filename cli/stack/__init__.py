"""A deployed stack, as the commands talk to it: the only package of the command line that knows AWS."""
