"""How sharp should a decoder paint? Finished runs at several temperatures.

    python -m experiments.temperature RUN [RUN ...]

Measures runs of one dataset on the validation split, where the temperature was chosen.
Writes results/temperature_DATASET.json and a table in docs/disentanglement.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tyro

from aae_jax import load_dataset, load_run
from aae_jax.commands.console import run_command
from aae_jax.data import DatasetSplits
from aae_jax.errors import ConfigError
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.images import (
    measure_content,
    measure_diversity,
    measure_error,
    measure_frechet,
)
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.material import material_of
from aae_jax.evaluation.model import model_of
from aae_jax.evaluation.style import measure_style
from aae_jax.runs.folder import check_same_data, read_origin
from experiments.results import (
    RESULTS,
    markdown_table,
    spread,
    write_results,
    write_tables,
)

TEMPERATURES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
COLUMNS = {
    "content, prior samples": 3,
    "content, swaps": 3,
    "style kept, slant": 3,
    "style kept, thickness": 3,
    "Frechet distance": 1,
    "error per pixel": 4,
    "diversity": 3,
}
"""What depends on the temperature, and its decimals in the table."""

TEXT = Path("docs/disentanglement.md")


@dataclass(frozen=True)
class Arguments:
    """Measure finished runs at several temperatures, on the validation split."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Runs trained on one dataset."""


def main(argv: Sequence[str]) -> int:
    """Measure each run at each temperature and write them up; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    if not arguments.runs:
        raise ConfigError("name at least one run, as in: runs/NAME")
    origin = read_origin(arguments.runs[0])
    splits = load_dataset(origin.dataset, origin.data_dir)
    for run in arguments.runs:
        check_same_data(run, read_origin(run), splits.fingerprint)
    judge, found = judge_of(splits), {}
    for temperature in TEMPERATURES:
        found[temperature] = [
            at_temperature(temperature, run, splits, judge) for run in arguments.runs
        ]
        print(temperature, *row_of(found[temperature]))
    results = {"runs": [run.name for run in arguments.runs], "by_temperature": found}
    write_results(RESULTS / f"temperature_{splits.name}.json", results)
    rows = [[str(temperature), *row_of(runs)] for temperature, runs in found.items()]
    table = markdown_table([["temperature", *COLUMNS], *rows])
    write_tables(TEXT, {f"temperature-{splits.name}": table})
    return 0


def at_temperature(
    temperature: float, run: Path, splits: DatasetSplits, judge: Classifier
) -> dict[str, float | None]:
    """Return what depends on the temperature, of a run that paints at this one."""
    config, params = load_run(run)
    model = model_of(replace(config, temperature=temperature), params)
    material = material_of(model, judge, splits, "validation")
    content, style = measure_content(material), measure_style(splits.name, material)
    measures = (
        content["prior"],
        content["swap"],
        style["slant"],
        style["thickness"],
        measure_frechet(material)["prior"],
        measure_error(material)["error"],
        measure_diversity(material)["ratio"],
    )
    return {name: found.value for name, found in zip(COLUMNS, measures, strict=True)}


def row_of(runs: Sequence[dict[str, float | None]]) -> list[str]:
    """Return mean and spread over the runs, metric by metric; empty without a value."""
    row = []
    for name, digits in COLUMNS.items():
        values = [found[name] for found in runs]
        known = [value for value in values if value is not None]
        row.append(spread(known, digits) if known else "")
    return row


if __name__ == "__main__":
    run_command(main)
