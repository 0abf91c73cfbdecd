"""Entry points of container images; each is the CMD of a Dockerfile in functions/."""
