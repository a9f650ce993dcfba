"""Evaluations as a table: what counts, what is in brackets, what is missing."""

import copy

import numpy as np
import pytest

from aae_jax.evaluation.catalog import METRICS, counts, measure
from aae_jax.evaluation.table import evaluation_table
from tests.support.evaluations import evaluation


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
    changes = {"hidden_dim": 16, "generator.lr": 0.002}
    table = evaluation_table([evaluation(), evaluation(changes=changes)])
    assert table.count("differs from its recipe") == 1
    assert (
        "[2] runs/one: default, epoch 20 of 40, seed 7\n"
        "    differs from its recipe: hidden_dim 16, generator.lr 0.002\n"
    ) in table
    many = {"f" * length: length for length in range(1, 40)}
    table = evaluation_table([evaluation(changes=many)])
    words = " ".join(table.split())
    assert all(f"{name} {value}" in words for name, value in many.items())
    assert max(map(len, table.splitlines())) <= 100


@pytest.mark.parametrize(("num_images", "is_rough"), [(36, True), (180, False)])
def test_scores_of_few_images_are_called_rough(num_images: int, is_rough: bool) -> None:
    table = evaluation_table([evaluation(num_images=num_images)])
    assert f"{num_images} images;" in table
    assert ("scores are rough" in table) == is_rough


def test_one_content_accuracy_below_suffices_to_doubt() -> None:
    entry = evaluation(0.95)
    entry["metrics"]["content"]["swap"]["value"] = 0.85
    doubted = {
        metric.group for metric in METRICS if not counts(metric, entry["metrics"])
    }
    assert doubted == {"style", "hues", "frechet"}


def test_no_number_is_a_null_with_a_reason() -> None:
    found = measure(float("nan"), 0.5, float("inf"), reason="because")
    assert (found.value, found.floor, found.ceiling) == (None, 0.5, None)
    assert found.reason == "because"
    assert measure(np.float32(1)).reason is None
