"""Synthetic photographs of handwritten digits, and how they are prepared."""
