"""What the command line refuses, each time with the fix."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import sample
import train
from aae_jax import cli
from aae_jax.config import Config
from aae_jax.data import load_dataset
from aae_jax.errors import AAEError, ConfigError, DataError, RunError
from aae_jax.recipes import DEFAULT, DEFAULT_SMALL, TUTORIAL


def test_recipes_set_the_defaults_and_flags_override_them() -> None:
    plain = cli.parse_arguments([])
    assert replace(plain.config, num_train=DEFAULT.num_train) == DEFAULT
    tutorial = cli.parse_arguments(["--recipe", "tutorial", "--latent-dim", "2"])
    assert tutorial.config.latent_dim == 2
    assert tutorial.config.epochs == TUTORIAL.epochs


def test_the_data_decides_its_fields_and_the_small_default() -> None:
    digits = load_dataset("digits")
    config = cli.config_for_data(["--dataset", "digits"], digits)
    num_train = len(digits.train.labels)
    shape = {"image_shape": (8, 8), "num_classes": 10, "num_train": num_train}
    assert config == replace(DEFAULT_SMALL, **shape)
    with pytest.raises(ConfigError, match="batch_size is 9999 but there are only"):
        cli.config_for_data(["--batch-size", "9999"], digits)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--epochs", "0"], "epochs must be an integer, at least 1, not 0"),
        (["--recipe", "best"], "tutorial"),
        (["--latent-dm", "3"], "--latent-dim"),
        (["--resume"], "--resume needs --run-dir"),
        (["--checkpoint-seconds", "-1"], "at least 0"),
        (["--devices", "0"], "--devices must be at least 1, not 0"),
        (["--num-seeds", "0"], "--num-seeds must be at least 1, not 0"),
        (["--num-seeds", "2", "--chunk-images", "9"], "leave out --chunk-images"),
        (["--num-seeds", "2", "--process-id", "0"], "are for one process"),
        (["--num-seeds", "2", "--seed", "4294967295"], "ends at 4294967296"),
        (["--coordinator", "garbage"], "must be HOST:PORT with a port from 1 to"),
        (["--coordinator", "127.0.0.1:99999"], "not '127.0.0.1:99999'"),
        (["--prior-std", "nan"], "prior_std must be a number, 1e-6 to 1e6"),
        (["--image-shape", "3", "3"], "image-shape"),
    ],
)
def test_wrong_flags_end_in_words(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.parse_arguments(argv)
    assert stopped.value.code == 2
    words = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert message in words


SAVED = replace(TUTORIAL, epochs=20, num_train=1437, image_shape=(8, 8))


def test_a_resumed_run_keeps_its_config() -> None:
    assert cli.config_for_resume([], "tutorial", SAVED) == SAVED
    same = ["--epochs", "20", "--recipe", "tutorial"]
    assert cli.config_for_resume(same, "tutorial", SAVED) == SAVED
    longer = cli.config_for_resume(["--epochs", "30"], "tutorial", SAVED)
    assert longer == replace(SAVED, epochs=30)


@pytest.mark.parametrize(
    ("argv", "saved", "message"),
    [
        (["--seed", "1"], SAVED, r"change seed from 0 to 1: leave those flags out"),
        (["--seed", "1", "--epochs", "30"], SAVED, r"seed from 0 to 1"),
        (["--epochs", "10"], SAVED, r"not shortened.*from 20 to 10"),
        (["--recipe", "default"], SAVED, r"started from --recipe tutorial"),
        (["--recipe=default"], SAVED, r"started from --recipe tutorial"),
        (
            ["--epochs", "30"],
            replace(SAVED, schedule="cosine"),
            r"decay with its planned length of 20 epochs: start .* --epochs 30",
        ),
        (
            ["--epochs", "30"],
            replace(SAVED, agreement_weight=0.03),
            r"style agreement of this run decay with its planned length",
        ),
    ],
)
def test_a_resumed_run_refuses_changes_with_the_fix(
    argv: list[str], saved: Config, message: str
) -> None:
    with pytest.raises(RunError, match=message):
        cli.config_for_resume(argv, "tutorial", saved)


@pytest.mark.parametrize(
    ("argv", "error", "message"),
    [
        (["--dataset", "mnits"], DataError, "mnist"),
        (["--run-dir", "full"], RunError, "full is not empty"),
        (["--run-dir", "nowhere", "--resume"], RunError, "does not exist"),
    ],
)
def test_train_refuses_before_it_writes(
    argv: list[str],
    error: type[AAEError],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(error, match=message):
        train.main(argv)
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]


@pytest.mark.parametrize(
    "text", ["", "3,,7", "3,10", "-1", "3.5", "abc", "٣", "1," * 99]
)
def test_contents_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="takes at most 40 contents, 0 to 9"):
        sample.parse_labels("--digits", text.split(","), DEFAULT)


def test_contents_are_read_as_numbers() -> None:
    assert sample.parse_labels("--digits", ["3", " 7"], DEFAULT).tolist() == [3, 7]
    many = replace(DEFAULT, num_classes=26)
    assert sample.parse_labels("--digits", ["25", "1"], many).tolist() == [25, 1]


def fail(argv: Sequence[str]) -> int:
    raise RunError("it was this; do that")


def interrupt(argv: Sequence[str]) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("main", "status", "line"),
    [(fail, 2, "error: it was this; do that\n"), (interrupt, 130, "interrupted\n")],
)
def test_mistakes_end_in_one_plain_line(
    main: object, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.run_script(main)  # type: ignore[arg-type]
    assert stopped.value.code == status
    assert capsys.readouterr().err == line
