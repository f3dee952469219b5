"""Programs as LLVM's intermediate representation."""
