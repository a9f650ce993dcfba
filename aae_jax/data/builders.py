"""The datasets of tensorflow-datasets that are prepared without TensorFlow.

Importing this module imports tensorflow-datasets.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import tensorflow_datasets as tfds
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError
from tensorflow_datasets.datasets.svhn_cropped import svhn_cropped_dataset_builder

from aae_jax.data import natural
from aae_jax.data.idx import png_file, read_idx
from aae_jax.data.without_tensorflow import WithoutTensorFlow, quiet

__all__ = ["BUILDERS", "NonMatchingChecksumError", "quiet", "tfds"]

_SIDE = 28


class _MNISTFamily(WithoutTensorFlow):
    """Four IDX files."""

    FILES: ClassVar = {
        "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
    }

    def _generate_examples(self, split: str, *paths: Any) -> Iterator[Any]:
        images = read_idx(paths[0], (None, _SIDE, _SIDE))
        labels = read_idx(paths[1], (len(images),))
        for key, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield key, {"image": png_file(image), "label": int(label)}


class _MNIST(_MNISTFamily, tfds.image_classification.MNIST):
    name = "mnist"
    url_infos = tfds.image_classification.MNIST.url_infos


class _FashionMNIST(_MNISTFamily, tfds.image_classification.FashionMNIST):
    name = "fashion_mnist"
    url_infos = tfds.image_classification.FashionMNIST.url_infos


class _KMNIST(_MNISTFamily, tfds.image_classification.KMNIST):
    name = "kmnist"
    url_infos = tfds.image_classification.KMNIST.url_infos


class _SVHN(WithoutTensorFlow, svhn_cropped_dataset_builder.Builder):
    """Two MATLAB files; the third, 531,131 easier images in 1.2 GiB, is left out."""

    name = "svhn_cropped"
    url_infos = svhn_cropped_dataset_builder.Builder.url_infos
    pkg_dir_path = svhn_cropped_dataset_builder.Builder.pkg_dir_path
    URL = svhn_cropped_dataset_builder.URL
    FILES: ClassVar = {"train": ("train_32x32.mat",), "test": ("test_32x32.mat",)}

    def _generate_examples(self, split: str, *paths: Any) -> Iterator[Any]:
        images, labels = natural.read_svhn(paths[0])
        for key, (image, label) in enumerate(zip(images, labels, strict=True)):
            identity = f"{split}_{key:06d}"
            yield key, {"image": png_file(image), "label": label, "id": identity}


class _CIFAR10(WithoutTensorFlow, tfds.image_classification.Cifar10):
    """One archive of both splits and the names of the classes."""

    name = "cifar10"
    url_infos = tfds.image_classification.Cifar10.url_infos
    URL = "https://www.cs.toronto.edu/~kriz/"
    FILES: ClassVar = dict.fromkeys(("train", "test"), ("cifar-10-binary.tar.gz",))

    def _generate_examples(self, split: str, *paths: Any) -> Iterator[Any]:
        images, labels, names = natural.read_cifar10(paths[0], split)
        self.info.features["label"].names = names
        for key, (image, label) in enumerate(zip(images, labels, strict=True)):
            identity = f"{split}_{key:05d}"
            yield key, {"image": png_file(image), "label": label, "id": identity}


_ALL = (_MNIST, _FashionMNIST, _KMNIST, _SVHN, _CIFAR10)
BUILDERS = {builder.name: builder for builder in _ALL}
