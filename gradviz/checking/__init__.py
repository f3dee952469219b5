"""Whether a derivative is right: reading an answer, deciding, naming the mistake, grading a class."""
