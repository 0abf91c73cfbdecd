"""Tables: what is read of a delimited text file, what its profile says, and how people see it."""
