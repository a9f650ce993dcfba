"""Clustering: the classes of y are found without any label.

Makhzani et al. 2015, section 6. The game of both heads alone (`two_heads`): y is
matched to one-hot clusters, z to a Gaussian, and the decoder is told both. A latent
code is both heads side by side, (z, y); its prior is a random style in a random
cluster.
"""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal, NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.algorithms.consistency import Consistency
from aae_jax.algorithms.two_heads import GameDraws, TwoHeads, generate, normal
from aae_jax.core.losses import misread
from aae_jax.core.networks import apply
from aae_jax.core.parts import Part, Scale, Several
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import NUM_STYLES, ClusterGrid, Picture
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset, pixels


class Batch(NamedTuple):
    """Images [B, H, W, C] in [0, 1] without labels."""

    images: jax.Array


class Draws(NamedTuple):
    """The randomness of one step.

    That of the game, and where the consistency looks for the worst noise [B, H, W, C].
    """

    game: GameDraws
    directions: jax.Array


@dataclass(frozen=True)
class Clusters(Part):
    """The prior of codes (z, y): N(0, std^2 I) beside uniform one-hot clusters."""

    kind: ClassVar[str] = "clusters"
    dimensions: ClassVar[int | None] = None

    std: Scale = 1.0
    """Standard deviation of z."""

    number: Several = 16
    """Number of clusters."""

    @property
    def scale(self) -> float:
        """What codes are divided by; y is a probability already."""
        return self.std

    def sample(self, key: jax.Array, n: int, length: int) -> jax.Array:
        """Draw n codes [n, length], of which the last `number` numbers are y."""
        z_key, y_key = jax.random.split(key)
        z = Gaussian(self.std).sample(z_key, n, length - self.number)
        clusters = jax.random.randint(y_key, (n,), 0, self.number)
        return jnp.concatenate([z, jax.nn.one_hot(clusters, self.number)], axis=-1)

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, length] from `start` to `end`.

        z goes along the arc of its Gaussian, y straight.
        """
        z = Gaussian(self.std).walk(start[: -self.number], end[: -self.number], num)
        y = jnp.linspace(start[-self.number :], end[-self.number :], num)
        return jnp.concatenate([z, y], axis=-1)


@dataclass(frozen=True)
class Clustering(TwoHeads):
    """The clustering adversarial autoencoder (Makhzani et al. 2015, section 6)."""

    kind: ClassVar[str] = "clustering"
    needs_labels: ClassVar[Literal["all", "some", "none"]] = "none"

    prior: Clusters = Clusters()
    """What codes (z, y) are drawn from."""

    consistency: Consistency = Consistency()
    """Of the clusters of images near each other; not in the paper."""

    @property
    def depends_on_length(self) -> bool:
        """True if a step depends on how many there will be, as a rising weight does."""
        return super().depends_on_length or self.consistency.rise > 0

    def phases(self) -> tuple[Phase, ...]:
        """Return the game of both heads; its generator may be consistent, too."""
        *others, _ = super().phases()
        generator = self.phase("generator", ("encoder",), generate_consistently)
        return (*others, generator)

    @property
    def num_contents(self) -> int:
        """Number K of clusters."""
        return self.prior.number

    @property
    def style_std(self) -> float:
        """Standard deviation of the Gaussian that z is matched to."""
        return self.prior.std

    @property
    def code_dim(self) -> int:
        """Length Z + K of a code (z, y)."""
        return self.latent_dim + self.num_contents

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        game_key, noise_key = jax.random.split(key)
        directions = normal(noise_key, n, *self.image_shape)
        return Draws(self.draw_game(game_key, n), directions)

    def batch(self, data: Dataset, indices: jax.Array, extra: tuple) -> Batch:
        """Return what a step is given: images `indices` [B] without their labels."""
        return Batch(pixels(data.images[indices]))

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to codes (z, y) [B, Z + K]."""
        z, logits = self.heads(params, images)
        return jnp.concatenate([z, jax.nn.softmax(logits)], axis=-1)

    def decode(self, params: Tree, code: jax.Array) -> jax.Array:
        """Map codes (z, y) [B, Z + K] to pixel logits [B, H, W, C]."""
        return self.decode_heads(
            params, code[:, : self.latent_dim], code[:, self.latent_dim :]
        )

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and clusters y [B, K] to pixel logits [B, H, W, C]."""
        shown = jnp.concatenate([y, z / self.style_std], axis=-1)
        return apply(self, params, "decoder", shown)

    def cluster(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to cluster logits [B, K]."""
        return self.heads(params, images)[1]

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images as all algorithms do, and `classification_error`.

        That [] is the share of known labels whose cluster is named after another class:
        it is named after the labeled image that is likeliest in it (section 6).
        """
        logits = self.cluster(params, pixels(images))
        likely = jnp.where(labels[:, None] >= 0, jax.nn.log_softmax(logits), -jnp.inf)
        read = labels[likely.argmax(axis=0)][logits.argmax(axis=-1)]
        common = super().validate(params, images, labels)
        return {"classification_error": misread(read, labels), **common}

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show: first each cluster's head and likeliest images."""
        K = self.num_contents
        heads = self.decode_heads(params, jnp.zeros((K, self.latent_dim)), jnp.eye(K))
        real = pixels(images)
        certain = jax.nn.log_softmax(self.cluster(params, real))
        likeliest = real[jnp.argsort(-certain, axis=0)[:NUM_STYLES].T]
        painted = jax.nn.sigmoid(heads / self.temperature)[:, None]
        grid = ClusterGrid(jnp.concatenate([painted, likeliest], axis=1))
        return {"clusters": grid, **super().pictures(params, images, labels, key)}


def generate_consistently(
    config: Clustering, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the generator loss, plus the consistency of clusters if asked: []."""
    loss = generate(config, params, batch, draws, step)
    if config.consistency.acts:
        images, progress = batch.images + draws.game.noise, step / config.num_steps
        cluster = partial(config.cluster, params)
        loss += config.consistency.of_unlabeled(
            cluster, images, draws.directions, progress
        )
    return loss
