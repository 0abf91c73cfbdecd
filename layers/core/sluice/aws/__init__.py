"""Adapters: the only place that knows AWS."""
