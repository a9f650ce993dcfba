"""Checkpoints: the only file that knows Orbax.

A checkpoint is named after the number of finished epochs and holds four items: the
parameters, the rest of the training state, the config, and the checksums of the arrays.
Sampling reads a third of what training wrote.
"""

from pathlib import Path
from typing import Any, cast

import jax
import orbax.checkpoint as ocp

from aae_jax.algorithms.catalog import differences, to_dict
from aae_jax.core.config import PAINTING_FIELDS, Config
from aae_jax.core.phases import TrainState, init_state
from aae_jax.errors import DamageError, RunError
from aae_jax.runs.damage import check_whole, checksums, damaged
from aae_jax.runs.folder import CHECKPOINTS
from aae_jax.runs.invocation import command
from aae_jax.storage.arrays import MAX_BYTES

NUM_KEPT = 3
"""How many of the newest checkpoints are kept."""

CHECKSUMS = "checksums"
"""The item that says whether the arrays came back: without it none is whole."""

DAMAGES = (OSError, EOFError, ValueError, KeyError, TypeError)
"""What Orbax raises for missing, cut, emptied or altered files of a checkpoint.

An accelerator that runs out of memory raises a RuntimeError, the host a MemoryError:
neither says anything about the files.
"""


def open_checkpoints(run: Path) -> ocp.CheckpointManager:
    """Open the checkpoints of `run`; leaving the context waits for pending saves."""
    options = ocp.CheckpointManagerOptions(
        preservation_policy=ocp.checkpoint_managers.LatestN(NUM_KEPT)
    )
    return ocp.CheckpointManager((run / CHECKPOINTS).resolve(), options=options)


def latest_epoch(run: Path) -> int | None:
    """Return the number of epochs in the newest finished checkpoint of `run`."""
    return max(finished_epochs(run), default=None)


def finished_epochs(run: Path) -> list[int]:
    """Return the numbers of epochs of the finished checkpoints, in order."""
    folder = run / CHECKPOINTS
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise RunError(f"{folder} is no directory: move it out of the way")
    with open_checkpoints(run) as checkpoints:
        return sorted(checkpoints.all_steps())


def drop_checkpoints(run: Path, last_epoch: int) -> None:
    """Delete the checkpoints of epochs after `last_epoch`."""
    with open_checkpoints(run) as checkpoints:
        for epoch in checkpoints.all_steps():
            if epoch > last_epoch:
                checkpoints.delete(epoch)


def save_checkpoint(
    checkpoints: ocp.CheckpointManager, epoch: int, config: Config, state: TrainState
) -> None:
    """Start saving the state after `epoch` epochs; training may go on meanwhile."""
    items = _items(state)
    sums = {name: checksums(item) for name, item in items.items()}
    arrays = {name: ocp.args.StandardSave(item) for name, item in items.items()}
    texts = {"config": to_dict(config), CHECKSUMS: sums}
    saved = {name: ocp.args.JsonSave(text) for name, text in texts.items()}
    checkpoints.save(epoch, args=ocp.args.Composite(**saved, **arrays))


def restore_state(
    run: Path,
    config: Config,
    placed: jax.sharding.Sharding | None = None,
    epoch: int | None = None,
) -> TrainState:
    """Return a checkpoint's state, placed so: by default the newest, on one device.

    Raises:
      RunError: No finished checkpoint, or one of another config.
      DamageError: It is damaged.
    """
    items = _restore(run, config, ("params", "training"), placed, epoch)
    return TrainState(params=items["params"], **items["training"])


def restore_newest(run: Path, config: Config) -> tuple[int, dict[str, Any]]:
    """Return the epoch and the parameters of the newest whole checkpoint of a run.

    Lines say which newer ones were passed over. The arrays are on this process's
    device.

    Raises:
      RunError: No finished checkpoint, or one of another config.
      DamageError: None is whole; names all.
    """
    passed: list[DamageError] = []
    for epoch in reversed(finished_epochs(run)):
        try:
            params = _restore(run, config, ("params",), epoch=epoch)["params"]
        except DamageError as error:
            passed.append(error)
            continue
        for damage in passed:
            print(f"{damage.found}: checkpoint {epoch} is used")
        return epoch, params
    if len(passed) < 2:
        raise passed[0] if passed else _untrained(run)
    found = "; ".join(damage.found for damage in passed)
    raise DamageError(f"no checkpoint is whole: {found}", passed[0].path)


def _items(state: TrainState) -> dict[str, Any]:
    """Return the items of a checkpoint by name."""
    training = {"step": state.step, "opt_states": state.opt_states}
    return {"params": state.params, "training": training}


def _restore(
    run: Path,
    config: Config,
    names: tuple[str, ...],
    placed: jax.sharding.Sharding | None = None,
    epoch: int | None = None,
) -> dict[str, Any]:
    epoch = epoch or latest_epoch(run)
    if epoch is None:
        raise _untrained(run)
    targets = {
        name: ocp.args.StandardRestore(target)
        for name, target in _abstract_items(config, placed).items()
        if name in names
    }
    with open_checkpoints(run) as checkpoints:
        saved = _read(checkpoints, run, epoch, {"config": ocp.args.JsonRestore()})
        _check_config(run, epoch, config, saved["config"])
        items = _read(checkpoints, run, epoch, targets)
        sums = _read(checkpoints, run, epoch, {CHECKSUMS: ocp.args.JsonRestore()})
    _check_sums(run, epoch, items, sums[CHECKSUMS])
    return items


def _untrained(run: Path) -> RunError:
    again = command("train", "--run-dir", run, "--resume")
    return RunError(f"{run} has no finished checkpoint yet; train it with: {again}")


def _check_sums(run: Path, epoch: int, items: dict[str, Any], sums: Any) -> None:
    try:
        check_whole(items, sums)
    except DAMAGES as error:
        raise damaged(run, epoch, error) from error


def _read(
    checkpoints: ocp.CheckpointManager, run: Path, epoch: int, targets: dict[str, Any]
) -> dict[str, Any]:
    try:
        found = checkpoints.restore(epoch, args=ocp.args.Composite(**targets))
    except Exception as error:
        cause = _cause(error)
        if isinstance(cause, DAMAGES):
            raise damaged(run, epoch, cause) from error
        raise
    return dict(found.items())


def _cause(error: BaseException) -> BaseException:
    """Return what was raised while an array was read; Orbax wraps whatever it was."""
    is_wrapped = type(error) is Exception and error.__cause__ is not None
    return cast(BaseException, error.__cause__) if is_wrapped else error


def _abstract_items(
    config: Config, placed: jax.sharding.Sharding | None
) -> dict[str, Any]:
    """Return the shapes that `config` implies, by default on this process's device."""
    placed = placed or jax.sharding.SingleDeviceSharding(jax.local_devices()[0])
    state = jax.eval_shape(lambda: init_state(config, jax.random.key(0)))
    size = sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(state))
    if size > MAX_BYTES:
        raise RunError(
            f"its config.json describes {size:,} bytes of state, of at most "
            f"{MAX_BYTES:,}: see that it is the one that the run was trained with"
        )
    return _items(
        jax.tree.map(
            lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=placed), state
        )
    )


def _check_config(run: Path, epoch: int, config: Config, saved: Any) -> None:
    """Refuse a checkpoint of another config.

    A longer plan is the same config, and so is another way to paint.
    """
    free = {*PAINTING_FIELDS, *(() if config.depends_on_length else ("epochs",))}
    if not isinstance(saved, dict):
        raise damaged(run, epoch, TypeError("its config is no object"))
    differing = [
        f"{name} {then} in the checkpoint, {now} in config.json"
        for name, (then, now) in differences(saved, to_dict(config)).items()
        if name not in free
    ]
    if differing:
        raise RunError(
            f"checkpoint {epoch} of {run} was written with another config: "
            f"{'; '.join(differing)}. Restore the config.json that it was trained with"
        )
