"""What there is to say about a graph and its gradient, as plain data."""
