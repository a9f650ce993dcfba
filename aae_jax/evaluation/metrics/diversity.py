"""What is seen in the pixels alone: variety within a class, and reconstruction."""

import numpy as np


def class_variance(images: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean over classes of the pixels' variance within the class.

    Images [N, H, W, C] in [0, 1]; classes of fewer than two images have none and do not
    count. NaN where no class counts.
    """
    classes, counts = np.unique(labels, return_counts=True)
    kept = classes[counts > 1]
    variances = [images[labels == label].var(axis=0).mean() for label in kept]
    return float(np.mean(variances)) if len(kept) else float("nan")


def pixel_error(images: np.ndarray, others: np.ndarray) -> float:
    """Return the squared error per pixel of images [N, H, W, C] in [0, 1]."""
    return float(np.mean(np.square(images - others), dtype=np.float64))


def class_means(images: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Return each class's mean image [K, H, W, C]; black where it has no image."""
    means = np.zeros((num_classes, *images.shape[1:]), np.float32)
    for label in np.unique(labels):
        means[label] = images[labels == label].mean(axis=0)
    return means
