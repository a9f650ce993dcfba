"""What every peer is given: the same weights, pictures, order and samples."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray
Network = list[Array]
"""W1 b1 W2 b2 W3 b3 of a network, each W as [inputs, outputs]."""

NETWORKS = ("encoder", "decoder", "discriminator")


@dataclass(frozen=True)
class Problem:
    """The tutorial's recipe at one batch size, before its first step.

    Every layer but the last is a ReLU's; the three Adams have one rate and beta1.
    """

    encoder: Network
    decoder: Network
    discriminator: Network

    images: Array
    """[N, P] float32 in [0, 1], P = H * W."""

    labels: Array
    """One-hot, [N, K] float32."""

    order: Array
    """Indices of the images of each batch: [steps, B] int32."""

    priors: Array
    """Samples of the prior for the first steps, on which all must agree: [s, B, Z]."""

    prior_std: float
    learning_rate: float
    beta1: float

    def save(self, path: Path) -> None:
        """Write everything to one .npz."""
        np.savez(path, **_flat(self))

    @classmethod
    def load(cls, path: Path) -> "Problem":
        """Read what `save` wrote."""
        with np.load(path) as saved:
            values: dict[str, Any] = {
                name: [saved[f"{name}_{i}"] for i in range(6)] for name in NETWORKS
            }
            for name in {field.name for field in fields(cls)} - set(NETWORKS):
                value = saved[name]
                values[name] = value if value.ndim else float(value)
        return cls(**values)


def _flat(problem: Problem) -> dict[str, Any]:
    values = asdict(problem)
    layers = {name: values.pop(name) for name in NETWORKS}
    return values | {
        f"{name}_{i}": array
        for name, network in layers.items()
        for i, array in enumerate(network)
    }
