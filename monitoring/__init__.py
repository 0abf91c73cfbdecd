"""Writes templates/monitoring.yaml from template.yaml, so that no link of the chain goes unwatched."""
