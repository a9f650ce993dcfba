"""What an evaluation says where no label is known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from aae_jax.data import Dataset
from aae_jax.evaluation import codes, material
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.table import evaluation_table
from aae_jax.evaluation.unlabeled import JUDGED, NO_LABELS
from aae_jax.plotting import evaluation_figure
from tests.support import strokes as world
from tests.support.evaluations import evaluation as made_up


def nothing_known(part: Dataset) -> Dataset:
    return Dataset(part.images, np.full_like(part.labels, -1))


def test_what_needs_labels_says_so_and_the_rest_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(material, "NUM_DRAWN", 400)
    monkeypatch.setattr(codes, "NUM_SAMPLES", 1000)
    splits = world.drawn_splits(num_classes=1, class_names=("any",))
    parts = {name: nothing_known(getattr(splits, name)) for name in ("train", "test")}
    only_place = world.model(decode=lambda z, y: world.draw(z / world.SIGMA, 0 * y))
    found = evaluate_model(only_place, replace(splits, **parts), "test", None)
    json.dumps(found, allow_nan=False)
    metrics = found["metrics"]
    for group in JUDGED:
        assert {score["reason"] for score in metrics[group].values()} == {NO_LABELS}
    assert metrics["posterior"]["mmd2_by_class"]["reason"] == NO_LABELS
    assert metrics["posterior"]["mmd2"]["value"] < 0.02
    assert metrics["reconstruction"]["error"]["value"] > 0
    assert 0 < metrics["diversity"]["ratio"]["value"] < 1

    evaluation = {**made_up(), **found, "class_names": ["any"]}
    table = evaluation_table([evaluation])
    assert "without labels there is no classifier that judges" in table
    assert table.count(NO_LABELS) == 1
    assert "( )" not in table
    images = splits.test.images[:2] / 255
    figure = evaluation_figure(evaluation, images, images[:, None])
    assert not figure.axes[1].axison
