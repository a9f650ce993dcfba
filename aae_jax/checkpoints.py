"""Checkpoints: the only room that knows Orbax.

A checkpoint is named after the number of finished epochs and holds three items: the
parameters, the rest of the training state, and the config. Sampling reads a third of
what training wrote.
"""

import dataclasses
from pathlib import Path
from typing import Any

import jax
import orbax.checkpoint as ocp

from aae_jax.config import PAINTING_FIELDS, Config
from aae_jax.errors import RunError
from aae_jax.runs import CHECKPOINTS, command
from aae_jax.state import Params, TrainState, init_state

NUM_KEPT = 3
"""How many of the newest checkpoints are kept."""


def open_checkpoints(run: Path) -> ocp.CheckpointManager:
    """Open the checkpoints of `run`; leaving the context waits for pending saves."""
    options = ocp.CheckpointManagerOptions(
        preservation_policy=ocp.checkpoint_managers.LatestN(NUM_KEPT)
    )
    return ocp.CheckpointManager((run / CHECKPOINTS).resolve(), options=options)


def latest_epoch(run: Path) -> int | None:
    """Return the number of epochs in the newest finished checkpoint of `run`."""
    folder = run / CHECKPOINTS
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise RunError(f"{folder} is no directory: move it out of the way")
    with open_checkpoints(run) as checkpoints:
        return checkpoints.latest_step()


def drop_checkpoints(run: Path, last_epoch: int) -> None:
    """Delete the checkpoints of epochs after `last_epoch`."""
    with open_checkpoints(run) as checkpoints:
        for epoch in checkpoints.all_steps():
            if epoch > last_epoch:
                checkpoints.delete(epoch)


def finished_epochs(run: Path) -> list[int]:
    """Return the numbers of epochs of the finished checkpoints, in order."""
    if latest_epoch(run) is None:
        return []
    with open_checkpoints(run) as checkpoints:
        return sorted(checkpoints.all_steps())


def save_checkpoint(
    checkpoints: ocp.CheckpointManager, epoch: int, config: Config, state: TrainState
) -> None:
    """Start saving the state after `epoch` epochs; training may go on meanwhile."""
    items = {name: ocp.args.StandardSave(item) for name, item in _items(state).items()}
    saved_config = ocp.args.JsonSave(dataclasses.asdict(config))
    checkpoints.save(epoch, args=ocp.args.Composite(config=saved_config, **items))


def restore_state(
    run: Path, config: Config, placed: jax.sharding.Sharding | None = None
) -> TrainState:
    """Return the newest checkpoint's state, placed so, by default on one device.

    Raises:
      RunError: No finished checkpoint, a damaged one, or one of another config.
    """
    items = _restore(run, config, ("params", "training"), placed)
    return TrainState(params=items["params"], **items["training"])


def restore_params(run: Path, config: Config) -> Params:
    """Return the newest checkpoint's parameters, on this process's device.

    Raises:
      RunError: No finished checkpoint, a damaged one, or one of another config.
    """
    return _restore(run, config, ("params",))["params"]


def _items(state: TrainState) -> dict[str, Any]:
    """Return the items of a checkpoint by name."""
    training = {"step": state.step, "opt_states": state.opt_states}
    return {"params": state.params, "training": training}


def _restore(
    run: Path,
    config: Config,
    names: tuple[str, ...],
    placed: jax.sharding.Sharding | None = None,
) -> dict[str, Any]:
    epoch = latest_epoch(run)
    if epoch is None:
        raise RunError(
            f"{run} has no finished checkpoint yet; train it with: "
            f"{command('train', run)} --resume"
        )
    with open_checkpoints(run) as checkpoints:
        _check_config(run, epoch, config, _read_config(checkpoints, run, epoch))
        targets = {
            name: ocp.args.StandardRestore(target)
            for name, target in _abstract_items(config, placed).items()
            if name in names
        }
        try:
            restored = checkpoints.restore(epoch, args=ocp.args.Composite(**targets))
        except Exception as error:
            raise _damaged(run, epoch, error) from error
    return dict(restored.items())


def _abstract_items(
    config: Config, placed: jax.sharding.Sharding | None
) -> dict[str, Any]:
    """Return the shapes that `config` implies, by default on this process's device."""
    placed = placed or jax.sharding.SingleDeviceSharding(jax.local_devices()[0])
    state = jax.eval_shape(lambda: init_state(config, jax.random.key(0)))
    return _items(
        jax.tree.map(
            lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=placed), state
        )
    )


def _read_config(
    checkpoints: ocp.CheckpointManager, run: Path, epoch: int
) -> dict[str, Any]:
    try:
        target = ocp.args.Composite(config=ocp.args.JsonRestore())
        return checkpoints.restore(epoch, args=target)["config"]
    except Exception as error:
        raise _damaged(run, epoch, error) from error


def _check_config(run: Path, epoch: int, config: Config, saved: dict[str, Any]) -> None:
    """Refuse a checkpoint of another config.

    A longer plan is the same config, and so is another way to paint. A field that is
    newer than the checkpoint had its default then.
    """
    free = {*PAINTING_FIELDS, *(() if config.follows_plan else ("epochs",))}
    here = {**dataclasses.asdict(config), "image_shape": list(config.image_shape)}
    saved = {**dataclasses.asdict(Config()), **saved}
    differing = [
        f"{name} {saved[name]} in the checkpoint, {value} in config.json"
        for name, value in here.items()
        if saved[name] != value and name not in free
    ]
    if differing:
        raise RunError(
            f"checkpoint {epoch} of {run} was written with another config: "
            f"{'; '.join(differing)}. Restore the config.json that it was trained with"
        )


def _damaged(run: Path, epoch: int, error: Exception) -> RunError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    return RunError(
        f"checkpoint {epoch} of {run} cannot be read ({reason}): delete "
        f"{str(run / CHECKPOINTS / str(epoch))!r} to go back to the one before it, or "
        "to the start"
    )
