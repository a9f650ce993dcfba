"""Bring a picture in color to the size of a dataset's images, whole."""

import numpy as np
from PIL import Image, ImageOps

COLOR = 3
"""Number of channels of images in color."""


def cropped(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the middle of a picture [h, w, 3] in [0, 1], resized: [height, width, 3].

    As much of it as has the aspect of height and width. float32 in [0, 1].
    """
    planes = [
        ImageOps.fit(Image.fromarray(plane), (width, height), Image.Resampling.BOX)
        for plane in np.moveaxis(picture.astype(np.float32), -1, 0)
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1).clip(0, 1)
