"""Whole evaluations of models whose every score is known beforehand."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from aae_jax.data import Dataset, DatasetSplits
from aae_jax.evaluation import classifier as recipe
from aae_jax.evaluation import codes, images, material
from aae_jax.evaluation.catalog import METRICS, counts, measured_in
from aae_jax.evaluation.classifier import Classifier, fit_classifier
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.metrics import probes
from aae_jax.evaluation.model import Model
from tests.support import strokes as world
from tests.support.strokes import K, colored, contents, draw, drawn_splits, styles


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "MIN_STEPS", 60)
        patch.setattr(probes, "MIN_STEPS", 300)
        patch.setattr(images, "NUM_DRAWN", 1200)
        patch.setattr(material, "NUM_DRAWN", 1200)
        patch.setattr(codes, "NUM_SAMPLES", 1000)
        yield


@pytest.fixture(scope="module")
def strokes() -> DatasetSplits:
    return drawn_splits()


@pytest.fixture(scope="module")
def judge(strokes: DatasetSplits) -> Classifier:
    return fit_classifier(strokes.train, K)


def evaluated(
    model: Model, splits: DatasetSplits, judge: Classifier, split: str = "test"
) -> dict[str, Any]:
    """Evaluate, and check what holds of every evaluation."""
    evaluation = evaluate_model(model, splits, split, judge)
    json.dumps(evaluation, allow_nan=False)
    groups = evaluation["metrics"].items()
    measured = {(group, name) for group, found in groups for name in found}
    expected = measured_in([evaluation["metrics"]])
    assert measured == {(metric.group, metric.name) for metric in expected}
    assert ("classes_read" in evaluation) == ("classification" in evaluation["metrics"])
    for metric in expected:
        found = metric.found_in(evaluation["metrics"])
        assert (found["value"] is None) == bool(found["reason"])
    return evaluation


@pytest.fixture(scope="module")
def perfect(strokes: DatasetSplits, judge: Classifier) -> dict[str, Any]:
    return evaluated(world.model(), strokes, judge)


def values(evaluation: dict[str, Any], group: str) -> dict[str, Any]:
    found = evaluation["metrics"][group]
    return {name: measure["value"] for name, measure in found.items()}


def reasons(evaluation: dict[str, Any], group: str) -> set[str]:
    return {measure["reason"] for measure in evaluation["metrics"][group].values()}


def test_a_perfect_model_reaches_every_good_end(perfect: dict[str, Any]) -> None:
    assert perfect["classifier_accuracy"] == 1
    assert set(values(perfect, "content").values()) == {1}
    assert max(values(perfect, "leakage").values()) < 1 / K + 0.08
    assert values(perfect, "style")["slant"] > 0.98
    assert max(values(perfect, "posterior").values()) < 0.02
    assert values(perfect, "frechet")["multiple"] < 3
    assert values(perfect, "reconstruction")["error"] < 1e-3
    assert values(perfect, "diversity")["ratio"] == pytest.approx(1, abs=0.1)
    np.testing.assert_allclose(perfect["codes"]["mean"], [0, 0], atol=0.15)
    np.testing.assert_allclose(perfect["codes"]["std"], [1, 1], atol=0.15)
    np.testing.assert_array_equal(perfect["confusion"], 300 * np.eye(K))


def test_floors_and_ceilings_are_measured_beside(perfect: dict[str, Any]) -> None:
    metrics = perfect["metrics"]
    assert metrics["content"]["prior"]["floor"] == 1 / K
    assert metrics["content"]["prior"]["ceiling"] == 1
    assert metrics["leakage"]["mlp"]["floor"] == 1 / K
    assert abs(metrics["style"]["slant"]["floor"]) < 0.1
    assert metrics["style"]["slant"]["ceiling"] > 0.98
    assert abs(metrics["posterior"]["mmd2"]["floor"]) < 0.01
    assert metrics["posterior"]["mmd2"]["ceiling"] > 0.3
    assert metrics["frechet"]["prior"]["ceiling"] > metrics["frechet"]["prior"]["floor"]
    assert metrics["reconstruction"]["error"]["ceiling"] > 0.01


@pytest.mark.slow
def test_an_evaluation_repeats_itself(
    strokes: DatasetSplits, judge: Classifier, perfect: dict[str, Any]
) -> None:
    assert evaluated(world.model(), strokes, judge) == perfect


@pytest.mark.slow
def test_a_decoder_that_ignores_y_paints_what_was_asked_by_chance(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw(z / 2, np.zeros_like(labels))

    evaluation = evaluated(world.model(decode=decode), strokes, judge)
    found = values(evaluation, "content")
    assert found["prior"] == 1 / K
    assert found["swap"] == pytest.approx(1 / K, abs=0.05)
    assert np.sum(np.array(evaluation["confusion"])[:, 1:]) == 0
    assert values(evaluation, "style")["slant"] > 0.9
    gray = [metric for metric in METRICS if not counts(metric, evaluation["metrics"])]
    assert {metric.group for metric in gray} == {"style", "hues", "frechet"}


@pytest.mark.slow
def test_a_decoder_that_ignores_z_has_neither_diversity_nor_style(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw(np.zeros_like(z), labels)

    evaluation = evaluated(world.model(decode=decode), strokes, judge)
    assert values(evaluation, "content")["prior"] == 1
    assert values(evaluation, "diversity")["ratio"] == pytest.approx(0, abs=1e-9)
    assert values(evaluation, "style") == {"slant": 0, "thickness": 0}


@pytest.mark.slow
def test_swaps_are_of_other_labels_and_ceilings_of_the_own(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def encode(images: Any) -> np.ndarray:
        return np.stack([styles(images)[:, 0], contents(images)], axis=1)

    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        is_own = z[:, 1] == labels
        lean = np.where(is_own, z[:, 0], 0)
        painted = np.where(is_own, labels, (labels + 1) % K)
        return draw(np.stack([lean, 0 * lean], axis=1), painted)

    evaluation = evaluated(world.model(encode, decode), strokes, judge)
    content = values(evaluation, "content")
    assert (content["swap"], content["reconstruction"]) == (0, 1)
    slant = evaluation["metrics"]["style"]["slant"]
    assert slant["value"] == slant["floor"] == 0
    assert slant["ceiling"] > 0.98


@pytest.mark.slow
def test_a_content_may_lean_in_a_way_of_its_own(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw(z / 2 + 1.5 * np.stack([labels, 0 * labels], axis=1), labels)

    evaluation = evaluated(world.model(decode=decode), strokes, judge)
    assert values(evaluation, "style")["slant"] > 0.95


@pytest.mark.slow
def test_a_label_in_the_code_leaks_and_is_no_sample_of_the_prior(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def encode(images: Any) -> np.ndarray:
        z = styles(images)
        return 2 * np.stack([z[:, 0], contents(images) + 0.1 * z[:, 1]], axis=1)

    evaluation = evaluated(world.model(encode=encode), strokes, judge)
    assert values(evaluation, "leakage")["mlp"] == 1
    assert values(evaluation, "posterior")["mmd2"] > 0.1


@pytest.mark.slow
def test_each_split_is_measured_by_itself(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    evaluation = evaluated(world.model(), strokes, judge, "validation")
    assert evaluation["num_images"] == len(strokes.validation.labels)


def test_only_handwriting_has_a_style(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    fashion = drawn_splits(name="fashion_mnist")
    evaluation = evaluated(world.model(), fashion, judge)
    assert values(evaluation, "style") == {"slant": None, "thickness": None}
    assert "fashion_mnist" in evaluation["metrics"]["style"]["slant"]["reason"]


@pytest.mark.slow
def test_what_cannot_be_computed_is_null_with_a_reason(judge: Classifier) -> None:
    labels = np.arange(8, dtype=np.int32) % K
    black = Dataset(np.zeros((8, 20, 20, 1), np.uint8), labels)
    same = drawn_splits(train=black, validation=black, test=black)
    evaluation = evaluated(
        world.model(encode=lambda images: np.zeros((len(images), 2))), same, judge
    )
    assert values(evaluation, "style") == {"slant": None, "thickness": None}
    assert values(evaluation, "diversity") == {"ratio": None}
    assert values(evaluation, "frechet")["multiple"] is None
    single = Dataset(black.images[:K], black.labels[:K])
    evaluation = evaluated(world.model(), drawn_splits(test=single), judge)
    assert values(evaluation, "posterior")["mmd2_by_class"] is None


@pytest.mark.slow
def test_without_a_prior_there_is_nothing_to_match(
    strokes: DatasetSplits, judge: Classifier, perfect: dict[str, Any]
) -> None:
    evaluation = evaluated(world.model(sample=None), strokes, judge)
    assert set(values(evaluation, "posterior").values()) == {None}
    (reason,) = reasons(evaluation, "posterior")
    assert reason.startswith("it has no prior to match")
    for group in ("leakage", "style", "reconstruction"):
        assert evaluation["metrics"][group] == perfect["metrics"][group]


@pytest.mark.slow
def test_without_a_prior_styles_are_drawn_where_codes_lie(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def encode(images: Any) -> np.ndarray:
        return 100 + 10 * styles(images)

    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw((z - 100) / 10, labels)

    shifted = {"encode": encode, "decode": decode, "scale": 3.0}
    evaluation = evaluated(world.model(**shifted, sample=None), strokes, judge)
    assert values(evaluation, "content")["prior"] == 1
    assert values(evaluation, "frechet")["multiple"] < 3
    assert values(evaluation, "diversity")["ratio"] == pytest.approx(1, abs=0.1)


@pytest.mark.slow
@pytest.mark.exhaustive
def test_color_is_measured_but_has_no_strokes(strokes: DatasetSplits) -> None:
    red, shares = colored(strokes), np.array([1, 0.5, 0])

    def encode(images: Any) -> np.ndarray:
        return 2 * styles(np.asarray(images)[..., :1])

    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw(z / 2, labels) * shares

    model = world.model(encode=encode, decode=decode)
    evaluation = evaluated(model, red, fit_classifier(red.train, K))
    assert values(evaluation, "content")["prior"] > 0.95
    assert values(evaluation, "reconstruction")["error"] < 1e-3
    assert reasons(evaluation, "style") == {
        "slant and thickness are measured of gray images only"
    }


FLAWS = [(np.nan, 1), (1e30, 50)]
IDS = ["all NaN", "some enormous"]


@pytest.mark.slow
@pytest.mark.parametrize(("flaw", "every"), FLAWS, ids=IDS)
def test_codes_that_are_not_finite_are_named_as_the_reason(
    strokes: DatasetSplits, judge: Classifier, flaw: float, every: int
) -> None:
    def encode(images: Any) -> np.ndarray:
        z = styles(images)
        z[::every] = flaw
        return z

    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return draw(np.nan_to_num(z), labels)

    evaluation = evaluated(world.model(encode, decode), strokes, judge)
    for group in ("leakage", "posterior"):
        assert set(values(evaluation, group).values()) == {None}, group
        (reason,) = reasons(evaluation, group)
        assert reason.startswith("the codes are not finite"), group
    assert evaluation["codes"]["mean"] == [None, None]
    assert values(evaluation, "diversity")["ratio"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("flaw", "every"), FLAWS, ids=IDS)
def test_images_that_are_not_finite_are_named_as_the_reason(
    strokes: DatasetSplits, judge: Classifier, flaw: float, every: int
) -> None:
    def decode(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        images = draw(z / 2, labels)
        images[::every] = flaw
        return images

    evaluation = evaluated(world.model(decode=decode), strokes, judge)
    for group in ("style", "frechet", "reconstruction", "diversity"):
        assert set(values(evaluation, group).values()) == {None}, group
        assert reasons(evaluation, group) == {"the decoded images are not finite"}
    assert values(evaluation, "content")["prior"] == pytest.approx(1 - 1 / every)
    assert np.sum(evaluation["confusion"]) == 1200 - 1200 / every
    assert values(evaluation, "leakage")["mlp"] is not None


def test_classes_that_a_model_reads_are_counted(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def classify(images: Any) -> np.ndarray:
        read = contents(images)
        return np.eye(K)[np.where(read == 3, 0, read)]

    evaluation = evaluated(world.model(classify=classify), strokes, judge)
    counts = np.bincount(strokes.test.labels, minlength=K)
    error = evaluation["metrics"]["classification"]["error"]
    assert error["value"] == pytest.approx(counts[3] / counts.sum())
    assert (error["floor"], error["ceiling"]) == (0, 1 - 1 / K)
    assert evaluation["classes_read"][3] == [counts[3], 0, 0, 0]


def test_a_cluster_is_named_after_its_likeliest_validation_image(
    strokes: DatasetSplits, judge: Classifier
) -> None:
    def cluster(images: Any) -> np.ndarray:
        places = contents(images)
        # Two clusters share the first place, and none is of the last one.
        upper = np.asarray(images).mean(axis=(1, 2, 3)) > 0.1
        chosen = np.where(places == 0, 4 * upper, np.where(places == 3, 1, places))
        return 9.0 * np.eye(5)[chosen] + (places == 1)[:, None]

    evaluation = evaluated(world.model(cluster=cluster), strokes, judge)
    counts = np.bincount(strokes.test.labels, minlength=K)
    error = evaluation["metrics"]["classification"]["error"]["value"]
    assert error == pytest.approx(counts[3] / counts.sum())
