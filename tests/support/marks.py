"""Marks of tests, beside those of pytest."""

import pytest

EXHAUSTIVE = (pytest.mark.slow, pytest.mark.exhaustive)
"""Not in the suite but in a step of .ci/run: what few cases show for nearly all."""
