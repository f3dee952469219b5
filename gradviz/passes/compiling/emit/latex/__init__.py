"""Programs as mathematics."""
