"""The native CSV scanner: the one package that knows its C library."""
