"""The only matplotlib room: arrays in, figures out.

Figures know no algorithm: `figure_of` asks a picture for its type, `loss_figure` is
told the names of the losses.
"""

from aae_jax.errors import ConfigError

try:
    import matplotlib  # noqa: F401
except (ValueError, OSError) as error:
    raise ConfigError(
        f"matplotlib does not start ({error}): see its settings, as MPLBACKEND, and "
        "matplotlibrc in this folder or your own"
    ) from error

from aae_jax.plotting.animation import save_animation
from aae_jax.plotting.evaluation import confusion_figure, evaluation_figure
from aae_jax.plotting.grids import (
    image_grid,
    left_out,
    reconstruction_figure,
    steps_figure,
)
from aae_jax.plotting.looks import CODES, INK, MUTED, PRIOR, default_look, save_figure
from aae_jax.plotting.pictures import figure_of
from aae_jax.plotting.training import loss_figure, posterior_figure

__all__ = [
    "CODES",
    "INK",
    "MUTED",
    "PRIOR",
    "confusion_figure",
    "default_look",
    "evaluation_figure",
    "figure_of",
    "image_grid",
    "left_out",
    "loss_figure",
    "posterior_figure",
    "reconstruction_figure",
    "save_animation",
    "save_figure",
    "steps_figure",
]
