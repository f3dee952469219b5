"""Tables of mistakes, by what is differentiated."""
