"""`aae-classify` and what `sample.py --image` reads, in processes of their own."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aae_jax import load_dataset
from aae_jax.commands.classify import as_csv, main
from aae_jax.data import DatasetSplits
from aae_jax.errors import DataError, RunError
from tests.support.processes import call

pytestmark = pytest.mark.slow
FLAGS = ("--recipe", "semi_supervised", "--dataset", "digits", "--num-labels", 50)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that has learned a little."""
    folder = tmp_path_factory.mktemp("classified")
    flags = (*FLAGS, "--epochs", 12, "--hidden-dim", 64, "--run-dir", "run")
    assert call("train", *flags, cwd=folder)[0] == 0
    return folder


@pytest.fixture(scope="module")
def digits() -> DatasetSplits:
    return load_dataset("digits")


def test_the_labels_that_were_drawn_stand_in_the_run(
    folder: Path, digits: DatasetSplits
) -> None:
    indices = json.loads((folder / "run/labeled.json").read_text())["indices"]
    assert np.array_equal(np.bincount(digits.train.labels[indices]), np.full(10, 5))


def test_every_image_of_a_file_is_read(
    folder: Path, digits: DatasetSplits, capsys: pytest.CaptureFixture
) -> None:
    images, labels = digits.validation
    np.savez(folder / "some.npz", images=images[..., 0])
    assert main([str(folder / "run"), str(folder / "some.npz")]) == 0
    path = Path(capsys.readouterr().out.strip())
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [int(row["image"]) for row in rows] == list(range(len(images)))
    error = np.mean([int(row["class"]) for row in rows] != labels)
    metrics = (folder / "run/metrics.jsonl").read_text().splitlines()
    assert error == pytest.approx(json.loads(metrics[-1])["classification_error"])
    assert error < 0.5
    assert all(0.1 <= float(row["probability"]) <= 1 for row in rows)


def test_what_cannot_be_read_is_refused(folder: Path) -> None:
    images = np.arange(162, dtype=np.uint8).reshape(2, 9, 9)
    np.savez(folder / "large.npz", images=images)
    with pytest.raises(DataError, match=r"shape \(9, 9, 1\), but .* \(8, 8, 1\)"):
        main([str(folder / "run"), str(folder / "large.npz")])
    with pytest.raises(DataError, match="There is no file"):
        main([str(folder / "run"), str(folder / "none.npz")])
    with pytest.raises(RunError, match="is no run directory"):
        main([str(folder / "none"), str(folder / "large.npz")])


def test_a_picture_is_read_and_restyled(folder: Path, digits: DatasetSplits) -> None:
    image = np.kron(255 - digits.test.images[0, ..., 0], np.ones((20, 20), np.uint8))
    Image.fromarray(image).save(folder / "digit.png")
    status, output, _ = call(
        "sample", "--run-dir", "run", "--image", "digit.png", cwd=folder
    )
    assert status == 0
    assert any(f"reads {digit}, with probability 0." in output for digit in range(10))


def test_a_table_names_the_likeliest_class() -> None:
    text = as_csv(np.array([[0.25, 0.75], [0.9, 0.1]]), ["cat", "dog"])
    assert text.splitlines() == [
        "image,class,name,probability",
        "0,1,dog,0.750000",
        "1,0,cat,0.900000",
    ]
