"""Studies as Markdown tables and as a list."""

from collections.abc import Callable, Sequence
from typing import Any

from experiments.paper.measured import Measured, Result
from experiments.results import markdown_table, spread

BESIDE = {
    "labels_alone": "labels alone, %",
    "logistic_regression": "logistic regression, %",
    "standard_error": "standard error",
    "width": "width of a window",
}
"""What a score may have been measured beside: its title."""

PERCENT = 100.0


def study_table(measured: Sequence[Measured]) -> str:
    """Return one row a study: theirs, the goal, ours and what it took."""
    results = [result for one in measured for result in one.results.values()]
    beside = [k for k in BESIDE if any(k in result["measured"] for result in results)]
    rows = [
        [
            "",
            "paper",
            "best open code",
            "goal",
            f"ours: {measured[0].study.score.title}",
            *(BESIDE[name] for name in beside),
            "seeds",
            "epochs",
            "minutes alone",
            "minutes taken",
            "command",
        ]
    ]
    for one in measured:
        cells = (_beside_cell(one, name) for name in beside)
        rows.append([*_theirs(one), _score_cell(one), *cells, *_effort(one)])
    return markdown_table(rows)


def left_table(measured: Sequence[Measured]) -> str:
    """Return what is not run yet, with its hours."""
    rows = [["table", "row", "runs", "hours", ""]]
    for one in measured:
        if one.left:
            study, count = one.study, str(len(one.left))
            rows.append([study.table, study.title, count, _hours(one), _state(one)])
    total = sum(one.hours_left for one in measured)
    rows.append(["all", "", "", f"{total:.1f}", ""])
    return markdown_table(rows)


def listing(measured: Sequence[Measured]) -> str:
    """Return the same for all studies as plain text, a line each."""
    lines = []
    for one in measured:
        study = one.study
        found = f"{len(one.results)} of {len(study.seeds)}"
        score = _score_cell(one) if one.results else _state(one)
        hours = f"{_hours(one)} h left" if one.left else "finished"
        lines.append(f"{study.table:<16}{study.name:<28}{found:<8}{hours:<12}{score}")
    total = sum(one.hours_left for one in measured)
    return "\n".join([*lines, f"{total:.1f} hours of two idle cores are left"])


def values(measured: Measured) -> list[float]:
    """Return the score of each result as it is shown."""
    factor = measured.study.score.factor
    return [factor * one["measured"]["score"] for one in measured.results.values()]


def _theirs(measured: Measured) -> list[str]:
    """Return the cells of a study's title, the paper's figure, others' and the goal."""
    study = measured.study
    goal = "" if study.goal is None else f"{study.score.good} {study.goal:g}"
    return [study.title, study.paper, study.others, goal]


def _score_cell(measured: Measured) -> str:
    """Return mean ± sample standard deviation, and whether the goal is met."""
    study, found = measured.study, values(measured)
    if not found:
        return "not run"
    text = spread(found, study.score.digits)
    if study.goal is None:
        return text
    is_met = study.score.meets(sum(found) / len(found), study.goal)
    return f"{text} ({'met' if is_met else 'missed'})"


def _beside_cell(measured: Measured, name: str) -> str:
    results = measured.results.values()
    found = [r["measured"][name] for r in results if name in r["measured"]]
    if not found:
        return ""
    factor = PERCENT if BESIDE[name].endswith("%") else 1.0
    return spread([factor * value for value in found], 2)


def _effort(measured: Measured) -> list[str]:
    """Return the cells of seeds, epochs, both kinds of minutes and the command."""
    study = measured.study
    seeds = f"{len(measured.results)} of {len(study.seeds)}"
    return [
        seeds,
        _cell(measured, lambda result: result["config"]["epochs"], 0),
        _cell(measured, lambda result: result.get("minutes_alone"), 1),
        _cell(measured, lambda result: result["training_minutes"], 1),
        f"`--only {study.name}`",
    ]


def _cell(measured: Measured, read: Callable[[Result], Any], digits: int) -> str:
    """Return the mean over the results that have a value."""
    found = [read(result) for result in measured.results.values()]
    known = [value for value in found if value is not None]
    return f"{sum(known) / len(known):.{digits}f}" if known else ""


def _hours(measured: Measured) -> str:
    return f"{measured.hours_left:.1f}"


def _state(measured: Measured) -> str:
    return "not run" if measured.study.has_recipe else "no such recipe yet"
