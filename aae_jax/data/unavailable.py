"""Errors of datasets that exist in principle and are not to be had here and now."""

from aae_jax.errors import DataError


class DatasetUnavailableError(DataError):
    """A dataset is not to be had; `auto` falls back to `digits` on it.

    Attributes:
      reason: What happened, one clause on one line without a full stop.
    """

    def __init__(self, reason: str, remedy: str):
        self.reason = " ".join(reason.split())
        super().__init__(f"{self.reason}. {remedy}")


class UnusableCopyError(DatasetUnavailableError):
    """A prepared copy was found and cannot be read; another one might be."""
