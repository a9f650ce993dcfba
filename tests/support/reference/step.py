"""What a training step depends on and changes, whatever the algorithm."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from tests.support.reference.adam import Adam, Optimizer, descend, initial_adam
from tests.support.reference.network import Network

Array = np.ndarray


class Agreement(NamedTuple):
    """The style agreement: its weight, how many codes it paints as what, its end."""

    weight: float
    image_shape: tuple[int, int, int]
    num_codes: int
    faded_at_step: float


class Settings(NamedTuple):
    """What a step depends on beside its arrays: an optimizer a phase, and switches.

    `scale` is what codes are divided by where networks are shown them standardized,
    `slope` that of the activation. The discriminator `sees` the "code" alone, or the
    "label" beside it, or that and has a logit a class ("label_logit"). `own` are the
    fields of the config by name, for what one algorithm alone has.
    """

    optimizers: dict[str, Optimizer]
    scale: float
    slope: float
    standardizes: bool
    sees: str = "code"
    agreement: Agreement | None = None
    own: Mapping[str, Any] = MappingProxyType({})

    @property
    def unit(self) -> float:
        """What a code is divided by before a network is shown it."""
        return self.scale if self.standardizes else 1


class State(NamedTuple):
    """The networks by name and, a phase, one Adam; a network may be in several."""

    networks: dict[str, Network]
    adams: dict[str, Adam]


class Labeled(NamedTuple):
    """Labeled images [L, P] in [0, 1] and their labels [L] int."""

    images: Array
    labels: Array


class Batch(NamedTuple):
    """Images [B, P] in [0, 1], one-hot labels [B, K], and named draws [B, Z].

    Draws: of the `prior`, of the `noise` on the codes, and of what blurs prior and
    codes before the discriminator (`prior_blur`, `code_blur`). Where few labels are
    known there are none of the batch, but `labeled` images.
    """

    images: Array
    labels: Array
    draws: dict[str, Array]
    labeled: Labeled | None = None


def initial_state(
    networks: dict[str, Network], updates: dict[str, tuple[str, ...]]
) -> State:
    """Return the state before the first step; `updates`: of each phase, its networks.

    Every Adam starts from zeros.
    """
    adams = {
        phase: initial_adam([array for name in names for array in networks[name]])
        for phase, names in updates.items()
    }
    return State(networks, adams)


def update(
    settings: Settings, state: State, phase: str, gradients: dict[str, list[Array]]
) -> State:
    """Take one step of a phase on the networks that it has gradients of."""
    names = list(gradients)
    params = [array for name in names for array in state.networks[name]]
    by_params = [array for name in names for array in gradients[name]]
    optimizer = settings.optimizers[phase]
    moved, adam = descend(optimizer, params, by_params, state.adams[phase])
    rest = iter(moved)
    own = {name: [next(rest) for _ in state.networks[name]] for name in names}
    return State({**state.networks, **own}, {**state.adams, phase: adam})
