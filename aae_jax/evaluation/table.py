"""Several evaluations side by side, as text."""

import textwrap
from collections.abc import Sequence
from typing import Any

from aae_jax.evaluation.catalog import (
    CREDIBLE_CONTENT,
    FEW_IMAGES,
    METRICS,
    Metric,
    counts,
    measured_in,
)

RUNS_A_TABLE, WIDTH = 3, 100
"""As many runs as fit the width."""


def evaluation_table(evaluations: Sequence[dict[str, Any]]) -> str:
    """Lay evaluations out in tables: metrics as rows, runs as columns.

    One table a dataset, more where the runs are many; below each who the runs are,
    and what its brackets and gaps mean.

    Args:
      evaluations: What `evaluate.py` writes, one a run.
    """
    tables = []
    for dataset in dict.fromkeys(map(_measured_on, evaluations)):
        alike = [entry for entry in evaluations if _measured_on(entry) == dataset]
        starts = range(0, len(alike), RUNS_A_TABLE)
        tables += [_table(alike[start : start + RUNS_A_TABLE]) for start in starts]
    return "\n\n".join(tables)


def _measured_on(evaluation: dict[str, Any]) -> tuple[str, ...]:
    """Return what evaluations in one table share: the data, and the images of it."""
    names = ("dataset", "fingerprint", "split_fingerprint")
    return tuple(evaluation[name] for name in names)


def _table(evaluations: Sequence[dict[str, Any]]) -> str:
    numbers = [f"[{number + 1}]" for number in range(len(evaluations))]
    lines = [_line("", numbers, "floor", "ceiling", "floor / ceiling of")]
    measured = measured_in([entry["metrics"] for entry in evaluations])
    lines += [_row(metric, evaluations) for metric in measured]
    lines += ["", *map(_who, numbers, evaluations), *_notes(evaluations)]
    return "\n".join(line.rstrip() for line in lines)


def _line(
    title: str, values: Sequence[str], floor: str, ceiling: str, words: str
) -> str:
    cells = "".join(f"{value:>9}" for value in values)
    return f"{title:<23}{cells}{floor:>10}{ceiling:>10}  {words}"


def _row(metric: Metric, evaluations: Sequence[dict[str, Any]]) -> str:
    found = [metric.found_in(entry["metrics"]) for entry in evaluations]
    cells = [_cell(metric, entry["metrics"]) for entry in evaluations]
    ends = {
        end: _shared(metric, [measure[end] for measure in found])
        + ("*" if end == metric.good else " ")
        for end in ("floor", "ceiling")
    }
    words = f"{metric.floor} / {metric.ceiling}"
    return _line(metric.title, cells, ends["floor"], ends["ceiling"], words)


def _cell(metric: Metric, metrics: dict[str, Any]) -> str:
    value = metric.found_in(metrics)["value"]
    if value is None:
        return "- "
    text = metric.text(value)
    return f"{text} " if counts(metric, metrics) else f"({text})"


def judged(evaluation: dict[str, Any]) -> str:
    """Return in words how well the judge reads the real images, if there is one."""
    accuracy = evaluation["classifier_accuracy"]
    if accuracy is None:
        return "without labels there is no classifier that judges"
    return f"the classifier that judges reads {accuracy:.2%} of the real images"


def _shared(metric: Metric, values: Sequence[float | None]) -> str:
    """Return the score that all runs share, or ~ and the mean of theirs."""
    known = [value for value in values if value is not None]
    texts = {metric.text(value) for value in known}
    if len(texts) < 2:
        return "".join(texts) or "-"
    return f"~{metric.text(sum(known) / len(known))}"


def _who(number: str, evaluation: dict[str, Any]) -> str:
    epoch, planned = evaluation["epoch"], evaluation["config"]["epochs"]
    trained = "exported" if epoch is None else f"epoch {epoch} of {planned}"
    line = (
        f"{number} {evaluation['run']}: {evaluation['recipe']}, {trained}, "
        f"seed {evaluation['seed']}"
    )
    changes = [f"{name} {value}" for name, value in evaluation["changes"].items()]
    if not changes:
        return line
    words = f"differs from its recipe: {', '.join(changes)}"
    return f"{line}\n{textwrap.indent(textwrap.fill(words, WIDTH - 4), '    ')}"


def _notes(evaluations: Sequence[dict[str, Any]]) -> list[str]:
    first = evaluations[0]
    notes = [
        f"{first['dataset']}, {first['split']} split, {first['num_images']:,} images; "
        f"{judged(first)}",
        "* the good end   ~ the mean over these runs",
    ]
    if first["num_images"] < FEW_IMAGES:
        notes.append(
            f"{first['num_images']} images are few: all scores are rough, and floors "
            "may lie above ceilings"
        )
    metrics = [entry["metrics"] for entry in evaluations]
    if not all(counts(metric, found) for metric in METRICS for found in metrics):
        notes.append(
            f"( ) content accuracy is below {CREDIBLE_CONTENT}: style and quality of "
            "wrong contents mean nothing"
        )
    found = [metric.found_in(entry) for metric in METRICS for entry in metrics]
    reasons = dict.fromkeys(measure["reason"] for measure in found)
    return notes + [f"- {reason}" for reason in reasons if reason]
