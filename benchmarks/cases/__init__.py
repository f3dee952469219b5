"""The cases, one file per subject; `table.py` is the only list of them."""
