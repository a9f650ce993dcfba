"""Training killed at random moments: see `python -m experiments.kills`."""
