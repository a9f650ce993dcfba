"""What algorithms share whose encoder finds clusters without any label.

Makhzani et al. 2015, section 6: the game of both heads alone (`two_heads`). What is
found of an image may be held constant near it; the paper does not.
"""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal, NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.algorithms.two_heads import GameDraws, TwoHeads, generate, normal
from aae_jax.core.losses import misread
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import NUM_STYLES, ClusterGrid, Picture
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
class NoLabels(TwoHeads):
    """The fields and the phases of finding clusters."""

    needs_labels: ClassVar[Literal["all", "some", "none"]] = "none"

    def phases(self) -> tuple[Phase, ...]:
        """Return the game of both heads; its generator may be consistent, too."""
        *others, _ = super().phases()
        generator = self.phase("generator", ("encoder",), generate_consistently)
        return (*others, generator)

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        game_key, noise_key = jax.random.split(key)
        directions = normal(noise_key, n, *self.image_shape)
        return Draws(self.draw_game(game_key, n), directions)

    def batch(self, data: Dataset, indices: jax.Array, extra: tuple) -> Batch:
        """Return what a step is given: images `indices` [B] without their labels."""
        return Batch(pixels(data.images[indices]))

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
    config: NoLabels, params: Tree, batch: Batch, draws: Draws, step: jax.Array
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
