"""Evaluations as table and figure: what counts, what is grey, what is missing."""

import copy
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from aae_jax.evaluation.catalogue import METRICS, counts, measure
from aae_jax.evaluation.table import evaluation_table
from aae_jax.plotting import evaluation_figure
from aae_jax.plotting.evaluation import PALE

K = 3


def evaluation(content: float = 0.95, **changes: Any) -> dict[str, Any]:
    """Return an evaluation in which every figure but content is 0.25."""
    metrics: dict[str, Any] = {}
    for metric in METRICS:
        value = content if metric.group == "content" else 0.25
        found = {"value": value, "floor": 0.1, "ceiling": 0.99, "reason": None}
        metrics.setdefault(metric.group, {})[metric.name] = found
    return {
        "run": "runs/one",
        "recipe": "default",
        "dataset": "digits",
        "fingerprint": "abc",
        "split_fingerprint": "def",
        "class_names": ["zero", "one", "two"],
        "split": "test",
        "seed": 7,
        "epoch": 20,
        "config": {"epochs": 40},
        "changes": {},
        "num_images": 1234,
        "classifier_accuracy": 0.9912,
        "metrics": metrics,
        "confusion": [[90, 10, 0], [0, 100, 0], [50, 0, 50]],
        **changes,
    }


def row(table: str, title: str) -> str:
    (line,) = [line for line in table.splitlines() if line.startswith(title)]
    return line


def test_every_metric_has_a_row_and_every_run_a_column() -> None:
    table = evaluation_table([evaluation(), evaluation(0.97, run="runs/two")])
    for metric in METRICS:
        assert f"{metric.floor} / {metric.ceiling}" in row(table, metric.title)
    cells = row(table, "content, swaps").split()[2:6]
    assert cells == ["0.950", "0.970", "0.100", "0.990*"]
    assert "0.100*" in row(table, "leakage, MLP")
    assert "[2] runs/two: default, epoch 20 of 40, seed 7" in table
    assert "1,234 images" in table and "99.12%" in table
    assert "(0." not in table


def test_style_and_quality_of_wrong_contents_stand_in_brackets() -> None:
    table = evaluation_table([evaluation(0.95), evaluation(0.89)])
    for title in ("style kept, slant", "style kept, thickness"):
        assert row(table, title).split()[3:5] == ["0.250", "(0.250)"]
    assert "(" in row(table, "Frechet distance") and "(" not in row(table, "leakage, M")
    assert "below 0.9" in table


def test_what_has_no_value_is_a_gap_with_its_reason() -> None:
    entry = evaluation()
    entry["metrics"]["style"]["slant"] = {
        "value": None,
        "floor": None,
        "ceiling": None,
        "reason": "no strokes in clothes",
    }
    table = evaluation_table([entry])
    assert row(table, "style kept, slant").split()[3:6] == ["-", "-", "-*"]
    assert table.count("- no strokes in clothes") == 1


def test_ends_that_differ_between_runs_are_averaged_and_marked() -> None:
    other = copy.deepcopy(evaluation())
    other["metrics"]["style"]["slant"]["ceiling"] = 0.89
    assert "~0.940*" in row(evaluation_table([evaluation(), other]), "style kept, sl")


def test_datasets_have_tables_of_their_own_and_all_fit() -> None:
    many = [evaluation() for _ in range(4)]
    table = evaluation_table([evaluation(dataset="mnist", fingerprint="x"), *many])
    assert table.count("\ncontent, swaps") == 3
    assert "mnist, test split" in table and "digits, test split" in table
    assert max(map(len, table.splitlines())) <= 100


def test_other_test_images_are_never_in_the_same_table() -> None:
    table = evaluation_table([evaluation(), evaluation(split_fingerprint="other")])
    assert table.count("\ncontent, swaps") == 2


def test_a_run_that_differs_from_its_recipe_says_in_what() -> None:
    changes = {"hidden_dim": 16, "schedule": "constant"}
    table = evaluation_table([evaluation(), evaluation(changes=changes)])
    assert table.count("differs from its recipe") == 1
    assert (
        "[2] runs/one: default, epoch 20 of 40, seed 7\n"
        "    differs from its recipe: hidden_dim 16, schedule constant\n"
    ) in table
    many = {"f" * length: length for length in range(1, 40)}
    table = evaluation_table([evaluation(changes=many)])
    words = " ".join(table.split())
    assert all(f"{name} {value}" in words for name, value in many.items())
    assert max(map(len, table.splitlines())) <= 100


@pytest.mark.parametrize(("num_images", "is_rough"), [(36, True), (180, False)])
def test_figures_of_few_images_are_called_rough(
    num_images: int, is_rough: bool
) -> None:
    table = evaluation_table([evaluation(num_images=num_images)])
    assert f"{num_images} images;" in table
    assert ("figures are rough" in table) == is_rough


def test_one_content_accuracy_below_suffices_to_doubt() -> None:
    entry = evaluation(0.95)
    entry["metrics"]["content"]["swap"]["value"] = 0.85
    doubted = {
        metric.group for metric in METRICS if not counts(metric, entry["metrics"])
    }
    assert doubted == {"style", "frechet"}


def test_no_number_is_a_null_with_a_reason() -> None:
    found = measure(float("nan"), 0.5, float("inf"), reason="because")
    assert (found.value, found.floor, found.ceiling) == (None, 0.5, None)
    assert found.reason == "because"
    assert measure(np.float32(1)).reason is None


def pale_texts(entry: dict[str, Any], num_classes: int = K) -> set[str]:
    """Draw an evaluation: the titles of the metrics that are grey in it."""
    images = np.random.default_rng(0).random((4, num_classes, 28, 28))
    figure = evaluation_figure(entry, images[:, 0], images)
    figure.draw_without_rendering()
    texts = [text for axes in figure.axes for text in axes.texts]
    titles = {metric.title for metric in METRICS}
    pale = {text.get_text() for text in texts if to_hex(text.get_color()) == PALE}
    return pale & titles


def test_grey_is_what_does_not_count() -> None:
    assert pale_texts(evaluation(0.95)) == set()
    grey = pale_texts(evaluation(0.5))
    assert grey == {metric.title for metric in METRICS if metric.needs_content}


@pytest.mark.parametrize("num_classes", [2, 30])
def test_any_number_of_contents_and_gaps_is_drawn(num_classes: int) -> None:
    names = [f"class {number}" for number in range(num_classes)]
    confusion = np.eye(num_classes, dtype=int).tolist()
    entry = evaluation(class_names=names, confusion=confusion)
    nothing = {"value": None, "floor": None, "ceiling": None, "reason": "none"}
    entry["metrics"]["style"]["slant"] = nothing
    entry["metrics"]["frechet"]["prior"]["ceiling"] = None
    pale_texts(entry, num_classes)


def test_a_value_is_drawn_between_its_ends() -> None:
    from aae_jax.plotting.evaluation import _place

    by_name = {(metric.group, metric.name): metric for metric in METRICS}

    def place(group: str, name: str, value: float) -> float:
        entry = evaluation()
        entry["metrics"][group][name] |= {"value": value, "floor": 0, "ceiling": 1}
        return _place(by_name[group, name], entry["metrics"])

    assert place("content", "prior", 0.75) == 0.75
    assert place("content", "prior", 1.2) == 1
    assert place("leakage", "mlp", 0.75) == 0.25
    assert place("posterior", "mmd2", 0.25) == 0.5
    assert place("posterior", "mmd2", -0.01) == 1
    assert place("diversity", "ratio", 1.25) == 0.75
    assert place("diversity", "ratio", 3) == 0
