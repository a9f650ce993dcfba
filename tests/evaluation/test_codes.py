"""Metrics of codes against known answers: what leaks, and what matches the prior."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from aae_jax.evaluation.metrics.posterior import (
    SCALES,
    kernel_sums,
    mmd2,
    mmd2_by_class,
    moments,
)
from aae_jax.evaluation.metrics.probes import LINEAR, MLP, leakage, majority
from tests.support.marks import EXHAUSTIVE

K, Z = 4, 3
PROBES = pytest.mark.parametrize(
    "hidden", [LINEAR, pytest.param(MLP, marks=EXHAUSTIVE)]
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def probed(z: np.ndarray, labels: np.ndarray, hidden: tuple[int, ...]) -> float:
    """Return the accuracy on the last third of a probe fitted on the others."""
    cut = 2 * len(z) // 3
    return leakage(z[:cut], labels[:cut], z[cut:], labels[cut:], K, hidden)


@PROBES
def test_noise_leaks_no_more_than_chance(
    rng: np.random.Generator, hidden: tuple[int, ...]
) -> None:
    labels = rng.integers(0, K, 3000)
    accuracy = probed(rng.normal(size=(3000, Z)), labels, hidden)
    assert accuracy == pytest.approx(1 / K, abs=0.06)


@PROBES
def test_labels_in_the_code_leak_completely_at_any_scale(
    rng: np.random.Generator, hidden: tuple[int, ...]
) -> None:
    labels = rng.integers(0, K, 900)
    z = np.eye(K)[labels] + 0.05 * rng.normal(size=(900, K))
    assert probed(1000 * z + 7, labels, hidden) == 1


@pytest.mark.slow
@pytest.mark.exhaustive
def test_only_the_mlp_reads_an_exclusive_or(rng: np.random.Generator) -> None:
    z = rng.normal(size=(3000, Z))
    labels = (z[:, 0] > 0) ^ (z[:, 1] > 0)
    assert probed(z, labels.astype(np.int32), LINEAR) < 0.6
    assert probed(z, labels.astype(np.int32), MLP) > 0.95


def test_the_linear_probe_is_as_strong_as_scikit_learns(
    rng: np.random.Generator,
) -> None:
    from sklearn.linear_model import LogisticRegression

    labels = rng.integers(0, K, 3000)
    z = np.eye(K)[labels] + 0.7 * rng.normal(size=(3000, K))
    reference = LogisticRegression(max_iter=1000).fit(z[:2000], labels[:2000])
    expected = reference.score(z[2000:], labels[2000:])
    assert probed(z, labels, LINEAR) == pytest.approx(expected, abs=0.01)


def test_a_dimension_that_never_varies_does_no_harm(rng: np.random.Generator) -> None:
    labels = rng.integers(0, K, 900)
    z = np.hstack([np.eye(K)[labels], np.zeros((900, 2))])
    assert probed(z, labels, LINEAR) == 1


@pytest.mark.slow
@pytest.mark.exhaustive
def test_the_mlp_probe_reads_what_neighbors_tell(rng: np.random.Generator) -> None:
    centers = rng.normal(size=(60, 6))
    cluster = rng.integers(0, len(centers), 3000)
    z = centers[cluster] + 0.35 * rng.normal(size=(3000, 6))
    labels = (cluster % 3).astype(np.int32)
    neighbors = KNeighborsClassifier(15).fit(z[:2000], labels[:2000])
    nearest = neighbors.score(z[2000:], labels[2000:])
    found = leakage(z[:2000], labels[:2000], z[2000:], labels[2000:], 3, MLP)
    assert found > nearest - 0.03
    assert nearest > 0.6


def test_majority_is_the_share_of_the_largest_class() -> None:
    assert majority(np.array([0, 1, 1, 3])) == 0.5


def test_prior_samples_match_the_prior_within_three_standard_errors() -> None:
    scores = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        scores.append(mmd2(rng.normal(size=(400, Z)), rng.normal(size=(400, Z))))
    error = np.std(scores, ddof=1) / np.sqrt(len(scores))
    assert abs(np.mean(scores)) < 3 * error
    assert min(scores) < 0 < max(scores)
    rng = np.random.default_rng(0)
    shifted = 0.5 + rng.normal(size=(400, Z))
    narrow = 0.7 * rng.normal(size=(400, Z))
    samples = rng.normal(size=(400, Z))
    spread = np.std(scores, ddof=1)
    assert mmd2(shifted, samples) > 10 * spread
    assert mmd2(narrow, samples) > 10 * spread


def test_mmd_is_its_definition(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(7, Z)), 1 + rng.normal(size=(5, Z))

    def k(x: np.ndarray, y: np.ndarray) -> float:
        return sum(s / (s + np.sum((x - y) ** 2)) for s in 2 * Z * np.array(SCALES))

    def among(x: np.ndarray) -> float:
        pairs = [k(p, q) for i, p in enumerate(x) for j, q in enumerate(x) if i != j]
        return float(np.mean(pairs))

    across = np.mean([k(p, q) for p in a for q in b])
    assert mmd2(a, b) == pytest.approx(among(a) + among(b) - 2 * across, abs=1e-5)


def test_each_class_is_compared_by_itself(rng: np.random.Generator) -> None:
    labels = np.repeat([0, 1, 2], [300, 300, 1])
    z = rng.normal(size=(601, Z)) + labels[:, None]
    samples = rng.normal(size=(500, Z))
    found = mmd2_by_class(z, labels, samples, K)
    for label in (0, 1):
        alone = mmd2(z[labels == label], samples)
        assert found[label] == pytest.approx(alone, abs=1e-5)
    assert found[1] > 0.1 > found[0]
    assert np.isnan(found[2:]).all()


def test_kernels_are_summed_over_all_blocks(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(1101, Z)), rng.normal(size=(40, Z))
    sums = kernel_sums(a, b, np.ones((40, 1)))
    assert sums.shape == (1101, 1)
    again = kernel_sums(a[1050:], b, np.ones((40, 1)))
    np.testing.assert_allclose(sums[1050:], again, rtol=1e-6)


def test_moments_are_those_of_each_dimension() -> None:
    z = np.array([[0.0, 1.0], [2.0, 1.0]])
    np.testing.assert_array_equal(moments(z).mean, [1, 1])
    np.testing.assert_array_equal(moments(z).std, [1, 0])
