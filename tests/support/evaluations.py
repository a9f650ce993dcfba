"""What an evaluation.json holds, made up."""

from typing import Any

from aae_jax.evaluation.catalog import METRICS


def evaluation(content: float = 0.95, **changes: Any) -> dict[str, Any]:
    """Return an evaluation in which every score but content is 0.25."""
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
        "config": {"algorithm": "supervised", "epochs": 40, "generator": {"lr": 0.001}},
        "changes": {},
        "num_images": 1234,
        "classifier_accuracy": 0.9912,
        "metrics": metrics,
        "confusion": [[90, 10, 0], [0, 100, 0], [50, 0, 50]],
        **changes,
    }
