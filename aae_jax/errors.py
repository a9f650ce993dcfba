"""Errors that a user can mend: each message says what was wrong and what to do."""

from pathlib import Path


class AAEError(Exception):
    """Base of every mistake a user can mend.

    The message says what was wrong, what was expected and what to do; the scripts
    print it as one line and exit with status 2, never with a traceback.
    """


class ConfigError(AAEError, ValueError):
    """A hyper-parameter or option that cannot be, alone or beside another."""


class DataError(AAEError):
    """A dataset or picture that cannot be found, read, verified or used."""


class RunError(AAEError):
    """A run directory or checkpoint that cannot be written, read or continued."""


class PathError(AAEError):
    """A path that means nothing on this machine, or that no run can be saved under."""


class DamageError(RunError):
    """A checkpoint that cannot be read, or is not what was saved.

    Attributes:
      found: What is wrong with it, in words; the message adds the remedy.
      path: Of the checkpoint.
    """

    def __init__(self, found: str, path: Path, remedy: str = ""):
        self.found, self.path = found, path
        super().__init__(found + remedy)


class SaveError(RunError):
    """A run that could not be written on; who was writing may still be at it."""


class LostError(RunError):
    """Another process of this training has ended; what waits for it never ends."""
