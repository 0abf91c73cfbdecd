"""What people and programs ask of Sluice, in typed models: the only place that knows pydantic."""
