"""The process of one peer: it reads requests, one JSON a line, and answers each so.

    python -m benchmarks.peers.worker TASK     where TASK is a Task as JSON

First it says what it is. `{"follow": true}` is answered with the losses of the first
steps on given samples of the prior, [steps, 3]; `{"run": n}` with the seconds that the
first n steps of the order took. What goes wrong is answered as well, in one line.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.peers.problem import Problem
from benchmarks.peers.protocol import PeerError, Task, Trainer


def main(text: str) -> None:
    """Be the peer that a task asks for until the requests end."""
    # Standard output holds answers alone; what libraries print goes with the errors.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = Task(**json.loads(text))
    try:
        problem = Problem.load(Path(task.problem))
        trainer = importlib.import_module(task.module).Peer(problem, task)
        _answer(answers, {"version": trainer.version})
        serve(problem, trainer, sys.stdin, answers)
    except ModuleNotFoundError as error:
        _answer(answers, {"missing": error.name})
    except PeerError as error:
        _answer(answers, {"failed": str(error)})
    except Exception as error:
        first_line = (str(error).strip().splitlines() or [""])[0]
        _answer(answers, {"failed": f"{type(error).__name__}: {first_line}"})
        raise


def serve(
    problem: Problem, trainer: Trainer, requests: Iterable[str], answers: TextIO
) -> None:
    """Answer every request."""
    for line in requests:
        request = json.loads(line)
        if "follow" in request:
            _answer(answers, {"losses": follow(problem, trainer).tolist()})
        else:
            _answer(answers, {"seconds": run(trainer, request["run"])})


def follow(problem: Problem, trainer: Trainer) -> np.ndarray:
    """Return the losses [steps, 3] of the steps whose samples are given."""
    steps = enumerate(problem.priors)
    return trainer.finish([trainer.step(place, prior) for place, prior in steps])


def run(trainer: Trainer, num_steps: int) -> float:
    """Return the seconds of so many steps, at most those of the order."""
    began = time.perf_counter()
    trainer.finish([trainer.step(place, None) for place in range(num_steps)])
    return time.perf_counter() - began


def _answer(answers: TextIO, answer: dict[str, Any]) -> None:
    print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
