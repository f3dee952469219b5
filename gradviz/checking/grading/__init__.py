"""A class: problems, submissions, the run over them, what teachers and students are told."""
