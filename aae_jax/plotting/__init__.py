"""The only matplotlib rooms: arrays in, figures out."""

from aae_jax.plotting.evaluation import evaluation_figure
from aae_jax.plotting.grids import image_grid, reconstruction_figure
from aae_jax.plotting.looks import CODES, INK, MUTED, PRIOR, save_figure
from aae_jax.plotting.training import loss_figure, posterior_figure

__all__ = [
    "CODES",
    "INK",
    "MUTED",
    "PRIOR",
    "evaluation_figure",
    "image_grid",
    "loss_figure",
    "posterior_figure",
    "reconstruction_figure",
    "save_figure",
]
