"""What is measured where no label is known, and so nobody can judge."""

from aae_jax.evaluation.catalog import METRICS, Measure
from aae_jax.evaluation.codes import measure_posterior
from aae_jax.evaluation.images import measure_diversity, measure_error
from aae_jax.evaluation.material import Material

NO_LABELS = "no label of these images is known"
JUDGED = ("content", "leakage", "style", "frechet")
"""The groups of metrics that compare with labels, or need a judge."""


def measure_unlabeled(material: Material) -> dict[str, dict[str, Measure]]:
    """Return every group of metrics; those that need labels say so.

    The diversity is that of all images, as if they were one class.
    """
    absent = Measure(None, reason=NO_LABELS)
    judged = {
        group: {metric.name: absent for metric in METRICS if metric.group == group}
        for group in JUDGED
    }
    return {
        **judged,
        "posterior": {**measure_posterior(material), "mmd2_by_class": absent},
        "reconstruction": measure_error(material),
        "diversity": measure_diversity(material),
    }
