"""Random input of every kind, in one process: see `python -m experiments.fuzz`."""
