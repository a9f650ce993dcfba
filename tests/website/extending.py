"""The examples of docs/extending.md are executed, from top to bottom.

A step of .ci/run: `python -m pytest -n 0 tests/website/extending.py`.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent.parent


def test_examples_do_what_they_say() -> None:
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {"__name__": "extending"}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        exec(block, found)
    assert found["bars"].train.images.any(axis=(1, 2, 3)).all()
    on_ring = found["ring"].prior.sample(found["jax"].random.key(0), 5, 2)
    np.testing.assert_allclose(np.linalg.norm(on_ring, axis=1), 3, rtol=1e-5)
    assert [phase.name for phase in found["cycled"].phases()][-1] == "cycle"
    assert found["metrics"][-1]["reconstruction"] < 0.25
    assert found["again"] == found["denoising"]
    assert found["ink"].value > 0
