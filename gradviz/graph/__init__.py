"""The typed graph: nodes, the builder, and the way from the tree to it."""
