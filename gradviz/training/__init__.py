"""Training: optimisers, schedules, the fitting loop, data."""
