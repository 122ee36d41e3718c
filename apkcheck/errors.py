"""The one family of exceptions that apkcheck raises on purpose.

Library code raises these and never exits or prints; the command line turns each into one sentence
on stderr and the exit code that the class carries.
"""


class ApkcheckError(Exception):
    """Something a person can mend: ``str(error)`` names the file and the remedy in one sentence."""

    exit_code = 2


class UsageError(ApkcheckError):
    """The command line or configuration is wrong, or an output cannot be written."""


class TableError(ApkcheckError):
    """The mapping tables are invalid; ``problems`` holds every problem, with file and line."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class InputError(ApkcheckError):
    """An input could not be read as what it should be."""

    exit_code = 3


class ApkError(InputError):
    """The APK is missing, is not a ZIP file, or has no readable manifest."""


class PolicyError(InputError):
    """The policy is missing, empty, binary, scanned or in an encoding that cannot be told."""
