"""What algorithms share whose encoder has two heads, a style z and a class y.

Makhzani et al. 2015, sections 5 to 7. There is an adversary for each head: z is matched
to a Gaussian, y to one-hot classes, so that each image is read as one class and all
classes equally often. The decoder is told both.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax

from aae_jax.algorithms.consistency import Consistency
from aae_jax.core.config import Config
from aae_jax.core.losses import discriminator_loss, generator_loss, reconstruction_loss
from aae_jax.core.networks import Network, apply, decoder, discriminator, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.parts import NonNegative
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.priors import Gaussian


class GameDraws(NamedTuple):
    """The randomness of both heads' game.

    Samples of both priors [B, Z], [B, K]; what blurs them and what is read before the
    discriminators [2, B, Z], [2, B, K]; the noise on the images [B, H, W, C].
    """

    style: jax.Array
    content: jax.Array
    style_blur: jax.Array
    content_blur: jax.Array
    noise: jax.Array


@dataclass(frozen=True)
class TwoHeads(Config):
    """The fields, networks and phases of the game of both heads."""

    input_noise: NonNegative = 0.0
    """Std of Gaussian noise on the pixels that the encoder is shown in training."""

    discriminator_noise: NonNegative = 0.3
    """Std of noise on what the discriminators are shown: in sigmas for z, and for y."""

    consistency: Consistency = Consistency()
    """Of what is read of images near each other; not in the paper."""

    reconstruction: Optimizer = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    style_discriminator: Optimizer = Adam()
    """Of the phase that updates the discriminator of z."""

    content_discriminator: Optimizer = Adam()
    """Of the phase that updates the discriminator of y."""

    generator: Optimizer = Adam()
    """Of the phase that updates the encoder against both."""

    @property
    def depends_on_length(self) -> bool:
        """True if a step depends on how many there will be, as a rising weight does."""
        return super().depends_on_length or self.consistency.rise > 0

    @property
    def num_contents(self) -> int:
        """Number K of the classes that y tells apart."""
        return self.num_classes

    @property
    def style_std(self) -> float:
        """Standard deviation of the Gaussian that z is matched to."""
        raise NotImplementedError

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and classes y [B, K], or probabilities, to pixel logits."""
        raise NotImplementedError

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> (z, y), decoder (y, z) -> x and a discriminator each."""
        Z, K = self.latent_dim, self.num_contents
        return {
            "encoder": encoder(self, outputs=Z + K),
            "decoder": decoder(self, inputs=K + Z),
            "style_discriminator": discriminator(self, inputs=Z),
            "content_discriminator": discriminator(self, inputs=K),
        }

    def phase(self, name: str, updates: tuple[str, ...], objective: Any) -> Phase:
        """Return a phase that is called like its optimizer's field."""
        return Phase(name, updates, objective, getattr(self, name).build(self))

    def phases(self) -> tuple[Phase, ...]:
        """Return the reconstruction and the game of both heads."""
        style, content = "style_discriminator", "content_discriminator"
        return (
            self.phase("reconstruction", ("encoder", "decoder"), reconstruct),
            self.phase(style, (style,), discriminate_style),
            self.phase(content, (content,), discriminate_content),
            self.phase("generator", ("encoder",), generate),
        )

    def draw_game(self, key: jax.Array, n: int) -> GameDraws:
        """Draw the randomness of both heads' game for n images."""
        keys = iter(jax.random.split(key, len(GameDraws._fields)))
        Z, K = self.latent_dim, self.num_contents
        blur = self.discriminator_noise
        contents = jax.random.randint(next(keys), (n,), 0, K)
        return GameDraws(
            style=Gaussian(self.style_std).sample(next(keys), n, Z),
            content=jax.nn.one_hot(contents, K),
            style_blur=blur * self.style_std * normal(next(keys), 2, n, Z),
            content_blur=blur * normal(next(keys), 2, n, K),
            noise=self.input_noise * normal(next(keys), n, *self.image_shape),
        )

    def heads(self, params: Tree, images: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Map images [B, H, W, C] to styles z [B, Z] and class logits [B, K]."""
        outputs = apply(self, params, "encoder", images)
        return outputs[:, : self.latent_dim], outputs[:, self.latent_dim :]


def normal(key: jax.Array, *shape: int) -> jax.Array:
    """Draw standard normal numbers."""
    return jax.random.normal(key, shape)


def read(
    config: TwoHeads, params: Tree, batch: Any, draws: Any
) -> tuple[jax.Array, jax.Array]:
    """Return style z [B, Z] and class probabilities y [B, K] of the noisy images."""
    z, logits = config.heads(params, batch.images + draws.game.noise)
    return z, jax.nn.softmax(logits)


def reconstruct(
    config: TwoHeads, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the squared error of decode(y, z), both read of the noisy image: []."""
    z, y = read(config, params, batch, draws)
    painted = jax.nn.sigmoid(config.decode_heads(params, z, y))
    return reconstruction_loss(batch.images, painted)


def discriminate_style(
    config: TwoHeads, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the loss of the discriminator to which samples of the Gaussian are real.

    Its shape is [].
    """
    z, _ = read(config, params, batch, draws)
    game = draws.game
    real = is_style(config, params, game.style, game.style_blur[0])
    return discriminator_loss(real, is_style(config, params, z, game.style_blur[1]))


def discriminate_content(
    config: TwoHeads, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the loss of the discriminator to which one-hot classes are real: []."""
    _, y = read(config, params, batch, draws)
    game = draws.game
    real = is_content(config, params, game.content, game.content_blur[0])
    return discriminator_loss(real, is_content(config, params, y, game.content_blur[1]))


def generate(
    config: TwoHeads, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the generator loss against both discriminators, their sum: []."""
    z, y = read(config, params, batch, draws)
    style = is_style(config, params, z, draws.game.style_blur[1])
    content = is_content(config, params, y, draws.game.content_blur[1])
    return generator_loss(style) + generator_loss(content)


def is_style(
    config: TwoHeads, params: Tree, z: jax.Array, blur: jax.Array
) -> jax.Array:
    """Return the style discriminator's logits for codes z [B, Z]: [B, 1]."""
    return apply(config, params, "style_discriminator", (z + blur) / config.style_std)


def is_content(
    config: TwoHeads, params: Tree, y: jax.Array, blur: jax.Array
) -> jax.Array:
    """Return the content discriminator's logits for classes y [B, K]: [B, 1]."""
    return apply(config, params, "content_discriminator", y + blur)
