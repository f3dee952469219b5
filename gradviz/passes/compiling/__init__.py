"""From a graph to a program, in four stages: simplify, schedule, allocate, emit."""
