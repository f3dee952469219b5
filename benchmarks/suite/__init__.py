"""What every benchmark shares: what a case is, interleaved timing, agreement, and how results are told."""
