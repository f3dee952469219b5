"""NumPy that writes into memory which is there already."""
