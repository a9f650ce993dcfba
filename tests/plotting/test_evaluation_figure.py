"""One evaluation as a figure: what is gray, what is missing, where values stand."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from aae_jax.evaluation.catalog import METRICS
from aae_jax.plotting import evaluation_figure
from aae_jax.plotting.measures import PALE, place
from tests.support.evaluations import evaluation

K = 3


def pale_texts(
    entry: dict[str, Any], num_classes: int = K, channels: int = 1
) -> set[str]:
    """Draw an evaluation: the titles of the metrics that are gray in it."""
    images = np.random.default_rng(0).random((4, num_classes, 28, 28, channels))
    figure = evaluation_figure(entry, images[:, 0], images)
    figure.draw_without_rendering()
    texts = [text for axes in figure.axes for text in axes.texts]
    titles = {metric.title for metric in METRICS}
    pale = {text.get_text() for text in texts if to_hex(text.get_color()) == PALE}
    return pale & titles


def test_gray_is_what_does_not_count() -> None:
    assert pale_texts(evaluation(0.95)) == set()
    gray = pale_texts(evaluation(0.5))
    assert gray == {metric.title for metric in METRICS if metric.needs_content}


@pytest.mark.parametrize(("num_classes", "channels"), [(2, 1), (30, 3)])
def test_any_number_of_contents_and_gaps_is_drawn(
    num_classes: int, channels: int
) -> None:
    names = [f"class {number}" for number in range(num_classes)]
    confusion = np.eye(num_classes, dtype=int).tolist()
    entry = evaluation(class_names=names, confusion=confusion)
    nothing = {"value": None, "floor": None, "ceiling": None, "reason": "none"}
    entry["metrics"]["style"]["slant"] = nothing
    entry["metrics"]["frechet"]["prior"]["ceiling"] = None
    pale_texts(entry, num_classes, channels)


def test_a_value_is_drawn_between_its_ends() -> None:
    by_name = {(metric.group, metric.name): metric for metric in METRICS}

    def placed(group: str, name: str, value: float) -> float:
        entry = evaluation()
        entry["metrics"][group][name] |= {"value": value, "floor": 0, "ceiling": 1}
        return place(by_name[group, name], entry["metrics"])

    assert placed("content", "prior", 0.75) == 0.75
    assert placed("content", "prior", 1.2) == 1
    assert placed("leakage", "mlp", 0.75) == 0.25
    assert placed("posterior", "mmd2", 0.25) == 0.5
    assert placed("posterior", "mmd2", -0.01) == 1
    assert placed("diversity", "ratio", 1.25) == 0.75
    assert placed("diversity", "ratio", 3) == 0
