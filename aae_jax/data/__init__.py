"""Named sources of labeled pictures, as NumPy arrays with fixed splits.

tensorflow-datasets and scikit-learn are used inside this package alone, and are
imported only when a dataset that needs them is loaded.
"""

from aae_jax.data.folders import data_folder
from aae_jax.data.loading import load_dataset
from aae_jax.data.splits import Dataset, DatasetSplits, digest, pixels

__all__ = [
    "Dataset",
    "DatasetSplits",
    "data_folder",
    "digest",
    "load_dataset",
    "pixels",
]
