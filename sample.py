"""Draw from a trained run: `python sample.py --help`."""

from aae_jax.commands.sample import console

if __name__ == "__main__":
    console()
