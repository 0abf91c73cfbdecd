"""Ports that several packages speak through, in the words of Sluice; those of one package lie beside it."""
