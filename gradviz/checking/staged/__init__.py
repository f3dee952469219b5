"""A backward pass written out line by line: which line is the first wrong one."""
