"""The 1,797 handwritten digits inside scikit-learn: always there, no network."""

import numpy as np

from aae_jax.data.splits import Dataset, DatasetSplits, stratify


def load_digits() -> DatasetSplits:
    """Return the digits as 8 x 8 images; 1,437 train, 180 validate and 180 test.

    scikit-learn counts the ink of each pixel from 0 to 16; here 16 becomes 255 and
    the others follow in proportion, rounded. The digits come from several writers,
    one after the other; `stratify` deals every writer's out to all three splits, so
    the test digits are new but their writers are not.
    """
    import sklearn
    from sklearn.datasets import load_digits as load_bunch

    bunch = load_bunch()
    images = np.rint(bunch.images[..., None] * (255 / 16)).astype(np.uint8)
    train, validation, test = stratify(Dataset(images, bunch.target.astype(np.int32)))
    return DatasetSplits(
        name="digits",
        spec="digits",
        source=f"digits of scikit-learn {sklearn.__version__}",
        train=train,
        validation=validation,
        test=test,
        num_classes=10,
        class_names=tuple("0123456789"),
    )
