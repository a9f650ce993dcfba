"""What an evaluation says where the judge cannot read the real images."""

from dataclasses import asdict

import pytest

from aae_jax.evaluation import images, material
from aae_jax.evaluation.catalog import METRICS, counts
from aae_jax.evaluation.classifier import Classifier, init_params
from aae_jax.evaluation.images import measure_content, measure_frechet
from aae_jax.evaluation.material import Material
from aae_jax.evaluation.table import evaluation_table
from tests.support import strokes as world
from tests.support.evaluations import evaluation


@pytest.mark.slow
def test_content_is_left_out_and_what_the_judge_sees_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(material, "NUM_DRAWN", 400)
    monkeypatch.setattr(images, "NUM_DRAWN", 400)
    splits = world.drawn_splits()
    blind = Classifier(world.K, init_params(world.K, splits.image_shape))
    shared = Material(
        world.model(), blind, splits.train, splits.train, splits.test, world.K
    )
    accuracy = shared.real.accuracy
    content, frechet = measure_content(shared), measure_frechet(shared)
    reason = f"the judge reads only {accuracy:.0%} of the real images"
    for found in content.values():
        assert (found.value, found.reason) == (None, reason)
        assert (found.floor, found.ceiling) == (1 / world.K, accuracy)
    assert all(found.value is not None for found in frechet.values())

    entry = evaluation(classifier_accuracy=accuracy)
    scores = {name: asdict(found) for name, found in content.items()}
    entry["metrics"]["content"] = scores
    assert all(counts(metric, entry["metrics"]) for metric in METRICS)
    table = evaluation_table([entry])
    assert table.count(reason) == 1
    assert f"judges reads {accuracy:.2%} of the real images" in table
