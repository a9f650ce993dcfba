"""One measured run, one JSON: made where it is missing, read where it is there."""

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

from aae_jax.cli import config_for_data
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
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
    train = _train_cvae if study.arm.recipe == CVAE else _train
    config, model, training = train(study.arm, seed, root, splits)
    measured = evaluate_model(model, splits, "test", classifier)
    result = {"config": dataclasses.asdict(config), **training, **measured}
    write_results(path, result)


def _train(
    arm: Arm, seed: int, root: Path, splits: DatasetSplits
) -> tuple[Config, Autoencoder, dict[str, Any]]:
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
    return config, autoencoder_of(config, params), training


def _train_cvae(
    arm: Arm, seed: int, root: Path, splits: DatasetSplits
) -> tuple[Config, Autoencoder, dict[str, Any]]:
    flags = dataclasses.replace(arm, recipe="default").flags(seed)
    config = config_for_data(flags, splits)
    began = time.perf_counter()
    model = train_cvae(config, splits.train)
    minutes = (time.perf_counter() - began) / 60
    return config, model, {"training_minutes": round(minutes, 2), "last_losses": {}}
