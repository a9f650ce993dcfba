"""Train an adversarial autoencoder: `python train.py --help`."""

from aae_jax.commands.train import console, main

__all__ = ["console", "main"]

if __name__ == "__main__":
    console()
