"""From a graph to straight-line source text: the plan, the lines, the module."""
