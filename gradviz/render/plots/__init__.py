"""The one room that uses matplotlib: plots as plain data in, SVG, PNG or PDF out."""
