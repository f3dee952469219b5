"""The language: text to tree, tree to text."""
