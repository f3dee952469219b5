"""One file per output format; they know explanations and nothing else."""
