"""What algorithms share whose encoder learns from few labels which class is which.

Makhzani et al. 2015, section 5: after the game of both heads a phase updates the
encoder on labeled images. They alone have labels: no phase sees those of other images.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax

from aae_jax.algorithms.some_labels import Batch, SomeLabels
from aae_jax.algorithms.two_heads import GameDraws, TwoHeads, normal
from aae_jax.core.losses import classification_loss, misread
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import Picture
from aae_jax.data import pixels


class Draws(NamedTuple):
    """The randomness of one step.

    That of the game; which labeled images are seen [B]; the noise on them, and where
    the consistency looks for the worst noise [B, H, W, C].
    """

    game: GameDraws
    labeled: jax.Array
    labeled_noise: jax.Array
    directions: jax.Array


@dataclass(frozen=True)
class FewLabels(SomeLabels, TwoHeads):
    """The fields and the phase of learning from few labels."""

    classification: Optimizer = Adam()
    """Of the phase that updates the encoder on labeled images."""

    def phases(self) -> tuple[Phase, ...]:
        """Return the game of both heads, and the classification."""
        learn = self.phase("classification", ("encoder",), learn_labels)
        return (*super().phases(), learn)

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        game_key, labeled_key, *keys = jax.random.split(key, 4)
        noise, directions = (normal(own, n, *self.image_shape) for own in keys)
        return Draws(
            game=self.draw_game(game_key, n),
            labeled=jax.random.randint(labeled_key, (n,), 0, self.num_labels),
            labeled_noise=self.input_noise * noise,
            directions=directions,
        )

    def classify(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to class logits [B, K]."""
        return self.heads(params, images)[1]

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images as all algorithms do, each as the class it reads.

        Besides, `classification_error` []: the share of known labels that are misread.
        """
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        common = super().validate(params, images, read)
        return {"classification_error": misread(read, labels), **common}

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show; each image is painted as the class it reads."""
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        return super().pictures(params, images, read, key)


def learn_labels(
    config: FewLabels, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the cross-entropy of labeled images, plus the consistency if asked: []."""
    images = pixels(batch.labeled.images[draws.labeled]) + draws.labeled_noise
    labels = batch.labeled.labels[draws.labeled]
    classify = partial(config.classify, params)
    loss = classification_loss(classify(images), labels)
    if config.consistency.acts:
        consistency, progress = config.consistency, step / config.num_steps
        unlabeled = batch.images + draws.game.noise
        loss += consistency.of_labeled(classify, images, labels)
        loss += consistency.of_unlabeled(
            classify, unlabeled, draws.directions, progress
        )
    return loss
