"""The report that people look at: one HTML file, which asks nothing of any server."""
