"""The question that is asked and the answer that is given, as nodes of one graph."""
