"""The page as a text: one whole file, or a refusal in words."""

import base64
import re
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np
import pytest
from flax import linen as nn

from aae_jax.algorithms.catalog import ALGORITHMS
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.abilities import DecodesLabels
from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.core.convolutions import Convolutional
from aae_jax.core.networks import Network, apply
from aae_jax.errors import ConfigError
from aae_jax.page import page_of
from aae_jax.page.document import SCRIPTS, STATIC
from aae_jax.page.networks import network
from tests.support.configs import bare, everything_on, first_state
from tests.support.runs import ORIGIN, codes_for

CONFIGS = [everything_on(algorithm) for algorithm in ALGORITHMS]
UNTOLD = [config for config in CONFIGS if not isinstance(config, DecodesLabels)]


def written(config: Config, params: Any = None, **changes: Any) -> str:
    params = params or first_state(config).params
    return page_of(config, params, codes_for(config), replace(ORIGIN, **changes))


@pytest.mark.slow
def test_a_page_needs_nothing_else_and_no_text_breaks_out_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aae_jax.page.description.find_directions", lambda *_: [])
    config = bare(Supervised)
    names = ("</script><script>alert(1)</script>", "<b>", "&amp;", '"')
    text = written(config, class_names=names, recipe="<i>", dataset="/home/me/x.npz")
    assert text.count("<script") == text.count("</script>") == 2
    assert "<i>" not in text and "/home/me" not in text
    assert not re.search(r'(src|href)="(?!data:)|@import|url\(|fetch\(|https?:', text)
    assert "default-src 'none'" in text
    assert "<!-- " not in text


@pytest.mark.slow
def test_codes_whose_labels_are_not_known_have_directions_too(default: Config) -> None:
    z, _ = codes_for(default)
    unknown = KnownCodes(z, np.full(len(z), -1, np.int32))
    text = page_of(default, first_state(default).params, unknown, ORIGIN)
    assert text.count('"vector":') == default.latent_dim


def test_a_page_has_all_scripts_that_lie_there() -> None:
    names = {file.name for file in STATIC.iterdir()}
    assert names == {*(f"{name}.js" for name in SCRIPTS), "page.css", "page.html"}


def test_weights_are_rows_of_half_precision(default: Config) -> None:
    params = first_state(default).params["encoder"]
    layers = network(default, params)["layers"]
    halves = np.frombuffer(base64.b64decode(layers[1]["weights"]), "<f2")
    kernel = np.asarray(params["params"]["network"]["Dense_1"]["kernel"])
    np.testing.assert_array_equal(halves.reshape(12, 12), kernel.T.astype(np.float16))
    assert network(default, params)["slope"] == pytest.approx(0.1)


@pytest.mark.parametrize("config", UNTOLD, ids=lambda config: config.kind)
def test_a_decoder_that_is_told_no_label_is_refused(config: Config) -> None:
    with pytest.raises(ConfigError, match=f"{config.kind} is told no label.* default"):
        written(config, params={"encoder": {}})


@dataclass(frozen=True)
class Bent(Supervised):
    """Its decoder is shown a style that the label bends."""

    def decode_labels(self, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
        bent = z * labels[:, :1]
        return super().decode_labels(params, bent, labels)


@dataclass(frozen=True)
class Halved(Supervised):
    """Its codes are half of what its encoder gives."""

    def encode(self, params: Any, images: jax.Array) -> jax.Array:
        return apply(self, params, "encoder", images) / 2


@dataclass(frozen=True)
class Linear(Supervised):
    """Its encoder is another network."""

    def networks(self) -> dict[str, Network]:
        own = Network(nn.Dense(self.latent_dim), self.image_shape)
        return {**super().networks(), "encoder": own}


@pytest.mark.parametrize(
    ("algorithm", "words"),
    [
        (Bent, "shown is no sum of style and label"),
        (Halved, "do not begin with its codes"),
        (Linear, "dense networks alone, and the encoder of this run is another"),
    ],
)
def test_what_a_page_cannot_compute_is_refused(
    algorithm: type[Config], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        written(bare(algorithm, weight_init="lecun_normal"))


def test_convolutions_are_refused() -> None:
    with pytest.raises(ConfigError, match="dense networks alone"):
        written(bare(Supervised, network=Convolutional()))


def test_weights_beyond_half_precision_are_refused(default: Config) -> None:
    params = jax.tree.map(lambda leaf: leaf + 1e6, first_state(default).params)
    with pytest.raises(ConfigError, match="no finite numbers in half precision"):
        written(default, params)
