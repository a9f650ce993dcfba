import os
import platform
import shutil
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

from aae_jax.data import load_dataset, loading, network, prepared
from aae_jax.data.folders import spare_data_folder
from aae_jax.errors import DataError
from tests.support import datasets as helpers

DATA_DIR = os.environ.get("AAE_DATA_DIR")


def load(*args):
    lines = []
    return load_dataset(*args, announce=lines.append), lines


def test_importing_the_package_is_cheap():
    program = """
import sys
import aae_jax.data
heavy = {"tensorflow_datasets", "tensorflow", "sklearn", "jax", "requests", "PIL"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("mnits", " Did you mean mnist?"),
        ("Fashion-MNIST", " Did you mean fashion_mnist?"),
        ("digit", " Did you mean digits?"),
        ("pictures.npy", ""),
        ("", ""),
    ],
)
def test_an_unknown_name_lists_what_there_is(name, guess):
    with pytest.raises(DataError) as caught:
        load_dataset(name)
    assert str(caught.value) == (
        f"There is no dataset {name!r}.{guess} There are auto, mnist, fashion_mnist, "
        "kmnist, svhn_cropped, cifar10, digits, colored_digits, colored_mnist, and "
        "PATH.npz for a file of your own."
    )


def test_auto_takes_a_prepared_copy(monkeypatch, tmp_path):
    helpers.prepare_tiny(monkeypatch, tmp_path, tmp_path / "data")
    data, lines = load("auto", tmp_path / "data")
    assert (data.name, data.spec) == ("mnist", "mnist")
    assert lines == [f"Decoding {data.source}."]


def test_auto_is_the_default(monkeypatch, tmp_path):
    helpers.prepare_tiny(monkeypatch, tmp_path, tmp_path / "default")
    assert load_dataset(announce=lambda line: None).name == "mnist"


def test_auto_downloads_where_it_can(monkeypatch, tmp_path):
    with helpers.tiny_source(monkeypatch, tmp_path / "source") as arrays:
        data, lines = load("auto", tmp_path / "data")
    assert data.name == "mnist"
    assert helpers.as_set(*data.test) == helpers.as_set(*arrays[2:])
    assert [line.split()[0] for line in lines] == ["Downloading", "Decoding"]
    assert load("auto", tmp_path / "data")[1] == []


def test_auto_offline_falls_back_with_one_line(tmp_path):
    data, lines = load("auto", tmp_path / "data")
    assert (data.name, data.spec) == ("digits", "digits")
    (line,) = lines
    assert "digits of scikit-learn instead of MNIST" in line
    assert "127.0.0.1 does not answer" in line
    assert "To insist" in line
    assert line.endswith("--dataset mnist.")
    assert "\n" not in line


@pytest.mark.parametrize("name", prepared.NAMES)
def test_an_explicit_name_offline_fails(name, tmp_path):
    with pytest.raises(DataError, match=f"no copy of {name}"):
        load(name, tmp_path / "data")


def test_auto_falls_back_on_a_wrong_checksum(monkeypatch, tmp_path):
    with helpers.tiny_source(monkeypatch, tmp_path / "source"):
        with (tmp_path / "source" / helpers.FILES[0]).open("ab") as file:
            file.write(b"\0")
        data, lines = load("auto", tmp_path / "data")
    assert data.name == "digits"
    assert lines[0].startswith("Downloading mnist")
    assert "wrong checksum" in lines[1]
    assert len(lines) == 2


def test_auto_falls_back_where_nothing_can_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with helpers.tiny_source(monkeypatch, tmp_path / "source"):
        data, lines = load("auto", tmp_path / "file" / "data")
    assert data.name == "digits"
    assert len(lines) == 1
    assert "cannot be prepared in" in lines[0]


def spoil(folder):
    path = folder / "mnist" / "3.0.1" / "dataset_info.json"
    path.write_text(path.read_text().replace("array_record", "riegeli"))


@pytest.fixture
def wrong_format(monkeypatch, tmp_path):
    """A data folder with a copy in a format that nobody reads here."""
    helpers.prepare_tiny(monkeypatch, tmp_path, tmp_path / "data")
    spoil(tmp_path / "data")
    real = prepared.importlib.util.find_spec
    monkeypatch.setattr(
        prepared.importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "tensorflow" else real(name, *rest),
    )
    return tmp_path / "data"


def test_auto_reports_a_wrong_format_and_prepares_another_copy(
    wrong_format, monkeypatch, tmp_path
):
    with helpers.tiny_source(monkeypatch, tmp_path / "source"):
        data, lines = load("auto", wrong_format)
    assert data.name == "mnist"
    assert str(spare_data_folder()) in data.source
    assert lines[0].startswith("Not used: the copy of mnist in ")
    assert "riegeli" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["Downloading", "Decoding"]
    # The name that a run keeps finds the same set again.
    assert load(data.spec, wrong_format)[0].fingerprint == data.fingerprint


def test_auto_reports_a_wrong_format_and_falls_back_offline(wrong_format):
    data, lines = load("auto", wrong_format)
    assert data.name == "digits"
    assert len(lines) == 2
    assert "riegeli" in lines[0]
    assert "digits of scikit-learn instead of MNIST" in lines[1]


def test_an_explicit_name_refuses_a_wrong_format(wrong_format):
    with pytest.raises(DataError, match="format riegeli, which cannot be read"):
        load("mnist", wrong_format)


def test_auto_survives_two_unusable_copies(wrong_format):
    shutil.copytree(wrong_format, spare_data_folder())
    data, lines = load("auto", wrong_format)
    assert data.name == "digits"
    assert len(lines) == 2


@pytest.fixture
def never(monkeypatch):
    """An event that no look-up of a name outlives, set after the test."""
    event = threading.Event()
    yield event
    event.set()


def test_a_name_server_that_never_answers_is_not_waited_for(
    monkeypatch, never, tmp_path
):
    askers = []

    def hang(*args, **kwargs):
        askers.append(threading.current_thread())
        assert never.wait(60)
        raise socket.gaierror("too late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(loading, "_AUTO_PATIENCE_SECONDS", 0.5)
    data, lines = load("auto", tmp_path / "data")
    assert [asker.is_alive() for asker in askers] == [True]
    assert askers[0].daemon, "the interpreter would wait for it at its end"
    assert data.name == "digits"
    assert len(lines) == 1


def test_a_host_that_accepts_and_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert network.silence(url, patience=0.2).startswith("127.0.0.1 does not")


def test_any_answer_is_an_answer(tmp_path):
    with helpers.served(tmp_path) as url:
        assert network.silence(url + "missing", patience=10) is None


def test_a_proxy_is_asked_instead_of_the_host(monkeypatch, tmp_path):
    monkeypatch.delenv("NO_PROXY")
    with helpers.served(tmp_path) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        assert network.silence("http://host.invalid/", patience=10) is None


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"REQUESTS_CA_BUNDLE": "/none.pem"}, "bundle, invalid path: /none.pem"),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:9"}, "SOCKS support. Install PySocks"),
        ({"HTTPS_PROXY": "http://me:secret@127.0.0.1:9"}, "of the proxy: "),
        ({"HTTPS_PROXY": "http://me:secret@a:b"}, "'a:b' is not a valid host"),
        ({"HTTPS_PROXY": "ftp://a:1"}, "unsupported scheme ftp"),
    ],
)
def test_settings_are_to_blame_where_they_are(monkeypatch, setting, words):
    for name, value in {"NO_PROXY": "", **setting}.items():
        monkeypatch.setenv(name, value)
    found = network.silence("https://host.invalid/", patience=10)
    assert found.startswith("host.invalid cannot be asked (")
    assert words in found and "secret" not in found and "answer" not in found


@pytest.mark.parametrize(
    "reply", ["407 Proxy Authentication Required", "403 Forbidden"]
)
def test_a_proxy_that_refuses_is_named_with_its_answer(monkeypatch, reply):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with server.accept()[0] as asked:
                asked.recv(9999)
                asked.sendall(f"HTTP/1.1 {reply}\r\n\r\n".encode())

        threading.Thread(target=answer, daemon=True).start()
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.getsockname()[1]}")
        found = network.silence("https://host.invalid/", patience=10)
    assert f"of the proxy: Tunnel connection failed: {reply}" in found


def test_auto_leaves_time_to_load_the_digits():
    assert loading._AUTO_PATIENCE_SECONDS <= 2


@pytest.fixture
def windows(monkeypatch):
    import sklearn.datasets  # noqa: F401  (imported as what it is)

    monkeypatch.setattr(platform, "system", lambda: "Windows")


def test_on_windows_auto_says_what_works(windows, monkeypatch, tmp_path):
    monkeypatch.setattr(network, "silence", None)  # the network is not even asked
    data, lines = load("auto", tmp_path / "data")
    assert data.name == "digits"
    (line,) = lines
    assert (
        "on Windows digits and PATH.npz work and mnist, fashion_mnist, kmnist, "
        "svhn_cropped, cifar10 do not"
    ) in line


def test_on_windows_prepared_sets_are_refused_and_others_work(windows, tmp_path):
    with pytest.raises(DataError, match=r"--dataset digits or --dataset PATH\.npz"):
        load("mnist", tmp_path / "data")
    images = np.arange(640, dtype=np.uint8).reshape(40, 4, 4)
    np.savez(tmp_path / "own.npz", images=images, labels=np.arange(40) % 2)
    assert load(str(tmp_path / "own.npz"))[0].name == "own"
    assert load(tmp_path / "own.npz")[0].name == "own"


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "array_record", None)
    with pytest.raises(DataError, match=r"mnist needs .* array_record. Install"):
        load("mnist", tmp_path / "data")


@pytest.mark.slow
@pytest.mark.skipif(not DATA_DIR, reason="AAE_DATA_DIR names no prepared MNIST")
def test_real_mnist(monkeypatch):
    monkeypatch.setattr(prepared, "NUM_VALIDATION", 5_000)
    data, _ = load("mnist", DATA_DIR)
    parts = (data.train, data.validation, data.test)
    assert [part.images.shape for part in parts] == [
        (55_000, 28, 28, 1),
        (5_000, 28, 28, 1),
        (10_000, 28, 28, 1),
    ]
    labels = np.concatenate([data.train.labels, data.validation.labels])
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(labels).tolist() == counts
    assert np.bincount(data.test.labels).tolist() == [
        *(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
    ]
    assert data.train.images.mean() / 255 == pytest.approx(0.1307, abs=2e-4)
