"""Small MNIST-like sets, a server on loopback that hands them out, and isolation."""

import contextlib
import functools
import gzip
import http.server
import io
import struct
import tarfile
import threading

import numpy as np
from scipy.io import savemat

from aae_jax.data import Dataset, DatasetSplits, prepared
from aae_jax.data.builders import BUILDERS
from aae_jax.data.preparing import HOMES, prepare

NUM_TRAIN, NUM_TEST, NUM_VALIDATION = 30, 10, 8
CLASSES = [f"thing{number}" for number in range(10)]
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def isolate(monkeypatch, tmp_path):
    """Keep a test off the network and away from the user's folders and settings."""
    for variable in ("AAE_DATA_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("AAE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "default"))
    for name in HOMES:
        monkeypatch.setitem(HOMES, name, "http://127.0.0.1:9/")  # refuses at once
    monkeypatch.setattr(prepared, "NUM_VALIDATION", NUM_VALIDATION)


def idx_bytes(array):
    """IDX: two zeros, 8 for unsigned bytes, the rank, the sizes, the values."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def make_arrays(seed=0, shape=(28, 28)):
    """Train and test images [n, *shape] and labels [n], in the order of FILES."""
    random = np.random.default_rng(seed)
    arrays = []
    for count in (NUM_TRAIN, NUM_TEST):
        arrays.append(random.integers(0, 256, (count, *shape), dtype=np.uint8))
        arrays.append((np.arange(count) % 10).astype(np.uint8))
    return arrays


def write_mnist(folder):
    """Write the four files of a tiny set; returns its arrays."""
    arrays = make_arrays()
    for file, array in zip(FILES, arrays, strict=True):
        (folder / file).write_bytes(gzip.compress(idx_bytes(array)))
    return arrays


def write_svhn(folder):
    """Write two MATLAB files, in which the digit 0 is called 10."""
    arrays = make_arrays(shape=(32, 32, 3))
    for split, (images, labels) in {"train": arrays[:2], "test": arrays[2:]}.items():
        content = {
            "X": np.moveaxis(images, 0, -1),
            "y": np.where(labels, labels, 10)[:, None],
        }
        savemat(folder / f"{split}_32x32.mat", content, do_compression=True)
    return arrays


def write_cifar10(folder):
    """Write an archive in which the training images are in five parts."""
    arrays = make_arrays(shape=(32, 32, 3))
    with tarfile.open(folder / "cifar-10-binary.tar.gz", "w:gz") as archive:
        for number, part in enumerate(np.split(np.arange(NUM_TRAIN), 5)):
            content = cifar_bytes(*(array[part] for array in arrays[:2]))
            add_member(archive, f"data_batch_{number + 1}.bin", content)
        add_member(archive, "test_batch.bin", cifar_bytes(*arrays[2:]))
        add_member(archive, "batches.meta.txt", "\n".join([*CLASSES, ""]).encode())
    return arrays


def cifar_bytes(images, labels):
    """A byte of the label, then the red, green and blue plane, image by image."""
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate([labels[:, None], planes], axis=1).tobytes()


def add_member(archive, name, content):
    info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


WRITERS = {"svhn_cropped": write_svhn, "cifar10": write_cifar10}
"""Of the sets that are not like MNIST."""


def blank_mnist():
    """Splits of MNIST's shape in which every image is black."""
    some = Dataset(np.zeros((1, 28, 28, 1), np.uint8), np.zeros(1, np.int32))
    images = np.broadcast_to(np.uint8(0), (55_000, 28, 28, 1))
    return DatasetSplits(
        name="mnist",
        spec="mnist",
        source="zeros of MNIST's shape",
        train=Dataset(images, np.zeros(55_000, np.int32)),
        validation=some,
        test=some,
        num_classes=10,
        class_names=tuple("0123456789"),
    )


def as_set(images, labels):
    """A dataset without its order."""
    return sorted(
        (image.tobytes(), int(label))
        for image, label in zip(images, labels, strict=True)
    )


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder on loopback; gives its URL."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def tiny_source(monkeypatch, folder, name="mnist"):
    """Serve a tiny set as if it were `name`, its checksums registered.

    Gives its arrays in the order of FILES.
    """
    from tensorflow_datasets.core.download.checksums import compute_url_info

    folder.mkdir(parents=True)
    arrays = WRITERS.get(name, write_mnist)(folder)
    with served(folder) as url:
        infos = {url + file.name: compute_url_info(file) for file in folder.iterdir()}
        monkeypatch.setitem(HOMES, name, url)
        monkeypatch.setattr(BUILDERS[name], "URL", url)
        monkeypatch.setattr(BUILDERS[name], "url_infos", infos)
        yield arrays


def prepare_tiny(monkeypatch, tmp_path, folder, name="mnist"):
    """Prepare a tiny copy in `folder`, then go offline again."""
    source = tmp_path / f"source-{folder.name}-{name}"
    with monkeypatch.context() as patch, tiny_source(patch, source, name):
        return prepare(name, folder, lambda line: None, patience=10)
