"""What went wrong in a derivative with arrays: its shape, the whole of it, or one step of the reverse sweep."""

from gradviz.checking.diagnosis.arrays.diagnose import diagnose_arrays

__all__ = ["diagnose_arrays"]
