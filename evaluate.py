"""Measure trained runs: `python evaluate.py --help`."""

from aae_jax.commands.evaluate import console

if __name__ == "__main__":
    console()
