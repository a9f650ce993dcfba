"""The run directory: what a training writes, and what is read back from it."""
