"""Programs for people in Python's languages: NumPy, plain Python, PyTorch and JAX."""
