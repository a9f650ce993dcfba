"""Directions in a space of codes that predict a score, or matter most."""

import numpy as np


def fitted(
    places: np.ndarray, score: np.ndarray, taken: list[np.ndarray]
) -> np.ndarray:
    """Return the unit vector [Z] at right angles to `taken` that predicts a score."""
    basis = free(places.shape[1], taken)
    weights = np.linalg.lstsq(places @ basis, score, rcond=None)[0]
    vector = basis @ weights
    return vector / max(np.linalg.norm(vector), np.finfo(float).tiny)


def principal(response: np.ndarray, taken: list[np.ndarray]) -> list[np.ndarray]:
    """Return the principal directions of a response [Z, Z], at right angles to some."""
    basis = free(len(response), taken)
    _, vectors = np.linalg.eigh(basis.T @ response @ basis)
    return list((basis @ vectors[:, ::-1]).T)


def free(length: int, taken: list[np.ndarray]) -> np.ndarray:
    """Return a basis [Z, F] of all that is at right angles to some unit vectors."""
    if not taken:
        return np.eye(length)
    return np.linalg.svd(np.stack(taken))[2][len(taken) :].T


def within(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return values [N, ...] less the mean of their class."""
    means = {k: values[labels == k].mean(axis=0) for k in np.unique(labels)}
    return values - np.stack([means[k] for k in labels])
