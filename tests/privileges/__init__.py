"""What every role is granted, held against what is called with it: nothing missing, nothing to spare."""
