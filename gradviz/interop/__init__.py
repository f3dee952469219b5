"""Other libraries' objects as what gradviz knows: one file each, imported when one of theirs is met."""
