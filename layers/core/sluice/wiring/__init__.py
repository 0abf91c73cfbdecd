"""Composition root, the only package that names adapters: a module has what one function needs, no more."""
