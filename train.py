"""Train an adversarial autoencoder: `python train.py --help`."""

from aae_jax.commands.train import console

if __name__ == "__main__":
    console()
