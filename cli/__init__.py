"""The `sluice` command, for people who put files in and want to know what became of them."""
