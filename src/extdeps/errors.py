"""Every error that extdeps raises on purpose.

    ExtdepsError
    ├── DriftError              exit 1   a lock is not of what is so now, which is a finding
    ├── MissingError            exit 1   a build would need what the machine lacks, which is a finding too
    ├── UsageError              exit 2   the command line cannot be understood
    ├── InvalidInputError       exit 3   something that was read is wrong
    │   ├── RequirementError             one external requirement
    │   ├── DeclarationError             an [external] table, with all its faults
    │   │   └── ContradictionError       ranges in it that have no version in common
    │   ├── DocumentError                a registry, mapping, probe or overlay document
    │   │   └── LockError                a lock, with all its faults
    │   ├── InstallerLockError           the lock of an installer (pylock.toml, uv.lock), with all its faults
    │   ├── UnlockedError                a lock that has nothing for this kind of machine
    │   ├── RequestError                 what an installer asks, with all its faults
    │   │   └── UnknownProtocolError     a request of a protocol that is not known
    │   └── ArchiveError                 an sdist or a wheel
    │       └── SignedArchiveError       one that may not change, being signed
    ├── UnsatisfiableError      exit 4   what is asked for cannot be had together, or not here
    ├── EnvironmentFaultError   exit 5   this machine, or something it was asked to do
    │   ├── InterpreterError             the Python of `--python`
    │   ├── InstallerError               pip or uv, which does not say what it would install
    │   ├── FetchError                   an index or an address
    │   │   ├── AbsentAddressError       the server knows of nothing there
    │   │   └── UntrustedIndexError      nobody vouches for what was read
    │   └── InstallationError            an installation, begun or not
    │       ├── NoManagerError           no package manager can be used here
    │       │   └── NoElevationError     root is needed, and there is no way to it
    │       ├── ConsentError             nobody is there to say yes
    │       ├── RefusedError             the manager would not do it
    │       ├── RemovalError             it would remove or downgrade something
    │       ├── OtherMachineError        a plan that was made for another kind of machine
    │       ├── LockedError              another process is at it
    │       ├── StepError                a command failed
    │       └── StillMissingError        all commands went well, and something is missing yet
    └── BugError                exit 70  something that we did not think of

An error says what happened (`message`), where (`context`), and what to do
(`hint`); `code` is stable and kebab-case.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` costs as much as all of this package; it is imported for the checker alone
if TYPE_CHECKING:
    from typing import ClassVar


class ExtdepsError(Exception):
    """The root of the tree.

    Args:
        message: one sentence, without a full stop where it ends in a literal.
        context: lines that locate the error (file, key, index, offending text).
        hint: what the reader can do about it; empty when there is nothing to say.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, context: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.context = context
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.message, self.context, self.hint))

    def __str__(self) -> str:
        return "\n".join((self.message, *self.context))


def _restore(kind: type[ExtdepsError], message: str, context: tuple[str, ...], hint: str) -> ExtdepsError:
    """Rebuild a pickled error; keyword-only arguments do not survive the default protocol."""
    return kind(message, context=context, hint=hint)


class DriftError(ExtdepsError):
    """What is asked for or found has drifted from a lock; `context` holds one line for each (`pep_draft`, "Drift")."""

    code = "lock-drift"
    exit_code = 1


class MissingError(ExtdepsError):
    """The machine lacks what a build needs; `context` holds what that is, and how to get it (`pep_draft`, "Builds")."""

    code = "missing-dependencies"
    exit_code = 1


class UsageError(ExtdepsError):
    """The command line cannot be understood."""

    code = "usage"
    exit_code = 2


class InvalidInputError(ExtdepsError):
    """Something that was read does not follow its specification."""

    code = "invalid-input"
    exit_code = 3


class RequirementError(InvalidInputError):
    """One external requirement cannot be parsed (PEP 725, "External dependency specifiers")."""

    code = "invalid-requirement"


class DeclarationError(InvalidInputError):
    """An `[external]` table is wrong; `context` holds one line for every fault (PEP 725)."""

    code = "invalid-declaration"


class ContradictionError(DeclarationError):
    """Ranges of one declaration have no version in common; `context` holds one line for every such contradiction."""

    code = "contradictory-ranges"


class DocumentError(InvalidInputError):
    """A registry, mapping, ecosystems, probe or overlay document is wrong (PEP 804)."""

    code = "invalid-document"


class LockError(DocumentError):
    """A lock is wrong or cannot be merged; `context` holds one line for every fault (`pep_draft`, "Locks")."""

    code = "invalid-lock"


class InstallerLockError(InvalidInputError):
    """The lock of an installer is wrong; `context` holds one line for every fault (PEP 751 for pylock.toml)."""

    code = "invalid-installer-lock"


class UnlockedError(InvalidInputError):
    """A lock is right, and has no target that fits the machine; or the lock of an installer is for other machines."""

    code = "no-locked-target"


class RequestError(InvalidInputError):
    """A request of an installer is wrong; `context` holds one line for every fault."""

    code = "invalid-request"


class UnknownProtocolError(RequestError):
    """A request is of a protocol that this release does not know; the hint names those that it does."""

    code = "unknown-protocol"


class ArchiveError(InvalidInputError):
    """An sdist or a wheel cannot be read within the limits."""

    code = "invalid-archive"


class SignedArchiveError(ArchiveError):
    """A signature of a wheel or an sdist would become wrong; `context` names what signs it."""

    code = "signed-archive"


class UnsatisfiableError(ExtdepsError):
    """What is asked for cannot be had together, or not here."""

    code = "unsatisfiable"
    exit_code = 4


class EnvironmentFaultError(ExtdepsError):
    """This machine could not do what was asked of it."""

    code = "environment"
    exit_code = 5


class InterpreterError(EnvironmentFaultError):
    """The Python that decides cannot be used."""

    code = "interpreter"


class InstallerError(EnvironmentFaultError):
    """pip or uv does not say what it would install; `context` holds what it says instead."""

    code = "installer"


class FetchError(EnvironmentFaultError):
    """An index or an address could not be read."""

    code = "fetch"


class AbsentAddressError(FetchError):
    """The server answers that there is nothing at an address."""

    code = "fetch-absent"


class UntrustedIndexError(FetchError):
    """An index is not signed by a trusted key, has expired, or is not what its signer says."""

    code = "untrusted-index"


class InstallationError(EnvironmentFaultError):
    """What is missing could not be installed."""

    code = "installation"


class NoManagerError(InstallationError):
    """No package manager can be used."""

    code = "no-manager"


class NoElevationError(NoManagerError):
    """The manager needs root, and there is no way to it."""

    code = "no-elevation"


class ConsentError(InstallationError):
    """There is no terminal on which somebody could say yes, and no `--yes`."""

    code = "no-consent"


class RefusedError(InstallationError):
    """The manager's own simulation says that it would not go through."""

    code = "refused"


class RemovalError(InstallationError):
    """The transaction would remove or downgrade something."""

    code = "would-remove"


class OtherMachineError(InstallationError):
    """A saved plan is for another kind of machine."""

    code = "other-machine"


class LockedError(InstallationError):
    """Another process holds a lock for too long."""

    code = "locked"


class StepError(InstallationError):
    """A command failed, took too long or cannot be run."""

    code = "step-failed"


class StillMissingError(InstallationError):
    """Every command succeeded, and something is missing all the same."""

    code = "still-missing"


class BugError(ExtdepsError):
    """An exception that nobody expected, as the command line tells it."""

    code = "bug"
