"""Quality over time: measured where it says, once, and of what it says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax import Config
from aae_jax.core.phases import Tree
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import RunError
from aae_jax.evaluation import images
from aae_jax.evaluation.classifier import Classifier, init_params
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.metrics import probes
from aae_jax.evaluation.model import model_of
from benchmarks import quality
from benchmarks.quality_figure import Point, quality_figure


@pytest.fixture
def judge(splits: DatasetSplits) -> Classifier:
    """A judge that has read nothing yet."""
    params = init_params(splits.num_classes, splits.image_shape)
    return Classifier(splits.num_classes, params)


@pytest.fixture
def folder(tmp_path: Path, judge: Classifier, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where results go instead, and judges that cost nothing."""
    monkeypatch.setattr(quality, "FOLDER", tmp_path)
    monkeypatch.setattr(quality, "judge_of", lambda splits: judge)
    monkeypatch.setattr(quality, "report", lambda *_: None)
    return tmp_path


def epoch_by_epoch(config: Config, splits: DatasetSplits) -> Iterator[Tree]:
    """Train, and yield the parameters after each epoch."""
    trainer = make_trainer(config, [config.seed], splits)
    for (result,) in trainer.epochs(trainer.initial_state(), 0):
        yield result.state.params


@pytest.mark.slow
def test_points_are_of_the_marks_and_of_the_state_there(
    tutorial: Config,
    splits: DatasetSplits,
    judge: Classifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def bias(_: Config, params: Tree, *__: object) -> dict[str, float]:
        return {"bias": float(jax.tree.leaves(params["encoder"])[0][0])}

    monkeypatch.setattr(quality, "measure", bias)
    config = replace(tutorial, epochs=4)
    points = list(quality.measured_epochs(config, splits, judge))
    assert [point["epoch"] for point in points] == [1, 2, 4]
    seconds = [point["seconds"] for point in points]
    assert seconds == sorted(seconds)
    there = [bias(config, params)["bias"] for params in epoch_by_epoch(config, splits)]
    assert [point["bias"] for point in points] == [there[0], there[1], there[3]]
    assert len(set(there)) == 4


@pytest.mark.slow
@pytest.mark.exhaustive
def test_what_is_measured_is_measured_once_and_is_the_evaluations(
    tutorial: Config,
    splits: DatasetSplits,
    judge: Classifier,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probes, "MIN_STEPS", 50)
    monkeypatch.setattr(images, "READABLE", 0.0)
    config = replace(tutorial, epochs=1)
    quality.measure_recipe("default", config, splits)
    path = quality.result_path("default")
    (point,) = json.loads(path.read_text())["points"]
    before = path.stat().st_mtime_ns
    quality.measure_recipe("default", config, splits)
    assert path.stat().st_mtime_ns == before
    with pytest.raises(RunError, match="another config"):
        quality.measure_recipe("default", replace(config, epochs=2), splits)
    (params,) = epoch_by_epoch(config, splits)
    model = model_of(config, params)
    known = evaluate_model(model, splits, "validation", judge)["metrics"]
    assert point["content"] == known["content"]["prior"]["value"]
    for probe in ("linear", "mlp"):
        assert point[probe] == known["leakage"][probe]["value"]
    assert point["majority"] == known["leakage"]["linear"]["floor"]


def test_the_figure_draws_every_point_of_both_recipes() -> None:
    point = {"content": 0.5, "linear": 0.4, "mlp": 0.6, "majority": 0.1}
    points: list[Point] = [
        {**point, "epoch": epoch, "seconds": 2.0 * epoch, "real_images": 0.99}
        for epoch in (1, 2, 5)
    ]
    curves = {"default": points, "tutorial": points[:2]}
    drawn = [
        [line for line in axes.lines if not str(line.get_label()).startswith("_")]
        for axes in quality_figure(curves).axes
    ]
    lengths = [[np.size(line.get_xdata()) for line in lines] for lines in drawn]
    assert lengths == [[3, 2], [3, 3, 2, 2]]
    assert quality_figure({}).axes
