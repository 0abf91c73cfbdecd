"""Settings: a class per function, with the environment variables that it needs, and nothing else."""
