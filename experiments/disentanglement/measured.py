"""One measured run, one JSON: made where it is missing, read where it is there."""

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

from aae_jax.cli import config_for_data
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.evaluation.autoencoder import Autoencoder, autoencoder_of
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.journal import read_environments, read_metrics
from aae_jax.loop import LOSSES
from aae_jax.runs import check_same_data, read_origin
from experiments.disentanglement.arms import CVAE, Study
from experiments.disentanglement.cvae import train_cvae
from experiments.results import write_results
from experiments.trained import Arm, trained


def result_path(folder: Path, study: Study, seed: int) -> Path:
    """Return where the result of one run lies."""
    return folder / f"{study.arm.name or study.arm.recipe}-{seed}.json"


def read_result(folder: Path, study: Study, seed: int) -> dict[str, Any] | None:
    """Return the result of one run, None where it is missing."""
    path = result_path(folder, study, seed)
    return json.loads(path.read_text()) if path.exists() else None


def make_result(
    path: Path,
    study: Study,
    seed: int,
    root: Path,
    splits: DatasetSplits,
    classifier: Classifier,
) -> None:
    """Train one run where it is not trained yet, measure it and write the result."""
    if study.arm.recipe == CVAE:
        model, training = _train_cvae(wanted_config(study, seed, splits), splits)
    else:
        model, training = _train(study.arm, seed, root, splits)
    measured = evaluate_model(model, splits, "test", classifier)
    config = dataclasses.asdict(wanted_config(study, seed, splits))
    write_results(path, {"config": config, **training, **measured})


def wanted_config(study: Study, seed: int, splits: DatasetSplits) -> Config:
    """Return what a run of the study is, today; the CVAE takes it from `default`."""
    recipe = "default" if study.arm.recipe == CVAE else study.arm.recipe
    flags = dataclasses.replace(study.arm, recipe=recipe).flags(seed)
    return config_for_data(flags, splits)


def check_result(path: Path, study: Study, seed: int, splits: DatasetSplits) -> None:
    """Raise a RunError where a result is of another config than today's."""
    found = json.dumps(json.loads(path.read_text())["config"])
    if Config.from_json(found) != wanted_config(study, seed, splits):
        raise RunError(f"{path} is of another config: delete it to measure anew")


def _train(
    arm: Arm, seed: int, root: Path, splits: DatasetSplits
) -> tuple[Autoencoder, dict[str, Any]]:
    run, config, params = trained(arm, seed, root)
    check_same_data(run, read_origin(run), splits.fingerprint)
    metrics = read_metrics(run)
    last = {name: metrics[-1][name] for name in LOSSES if name in metrics[-1]}
    minutes = sum(entry["seconds"] for entry in metrics) / 60
    commits = [start["git_commit"] for start in read_environments(run)]
    training = {
        "trained_at_commits": commits,
        "training_minutes": round(minutes, 2),
        "last_losses": last,
    }
    return autoencoder_of(config, params), training


def _train_cvae(
    config: Config, splits: DatasetSplits
) -> tuple[Autoencoder, dict[str, Any]]:
    began = time.perf_counter()
    model = train_cvae(config, splits.train)
    minutes = (time.perf_counter() - began) / 60
    return model, {"training_minutes": round(minutes, 2), "last_losses": {}}
