"""In which way each step is computed in memory that is there: written into it, or as a view of it."""
