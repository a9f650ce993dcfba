"""Damaged files and shortages, one by one: see `python -m experiments.damage`."""
