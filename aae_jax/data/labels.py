"""Which training images are labeled, where few labels are to do."""

import numpy as np

from aae_jax.errors import ConfigError


def balanced_indices(
    labels: np.ndarray, num_labels: int, num_classes: int, seed: int
) -> np.ndarray:
    """Draw which images are labeled, as many of each class: sorted indices [L].

    Where the number of classes does not divide it, the first classes have one more. All
    known labels are taken where their number is asked for, however they are spread.

    Args:
      labels: Of the training images: [N] int, -1 where a label is not known.
      num_labels: Number L of labels.
      num_classes: Number K of classes.
      seed: Same seed, same labels.

    Raises:
      ConfigError: Fewer labels than classes, or more than there are of a class.
    """
    known = np.flatnonzero(labels >= 0)
    if num_labels == known.size:
        return known
    if num_labels < num_classes:
        raise ConfigError(
            f"num_labels is {num_labels}, but there are {num_classes} classes: choose "
            f"--num-labels {num_classes} or more"
        )
    rng = np.random.default_rng(seed)
    drawn = []
    for label in range(num_classes):
        wanted = num_labels // num_classes + (label < num_labels % num_classes)
        images = np.flatnonzero(labels == label)
        if wanted > images.size:
            raise ConfigError(
                f"num_labels {num_labels} takes {wanted} images of class {label}, but "
                f"only {images.size} have a label: choose fewer, or --num-labels "
                f"{known.size} for all"
            )
        drawn.append(rng.choice(images, wanted, replace=False))
    return np.sort(np.concatenate(drawn))
