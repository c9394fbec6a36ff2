"""Capabilities that people define, asked for when a marker needs them (`pep_draft`, "User-defined capabilities")."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

from extdeps.model.definition import Definition, Definitions, Provider, Settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeGuard

    from extdeps.host import Host

FEATURES = "system.features"
OWN_WORDS = frozenset(
    ("amd", "apple", "cann", "cpu", "cuda", "extdeps", "glibc", "gpu", "huawei", "implementation", "intel", "kernel",
     "level-zero", "musl", "npu", "nvidia", "oneapi", "opencl", "os", "platform", "python", "rocm", "sys", "system",
     "vulkan")
)  # fmt: skip
"""First words of capabilities that are told by us, or of variables of PEP 508: no provider is called so."""

PROVIDER_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*\Z")
_CAPABILITY = re.compile(r"[a-z][a-z0-9_]*([.-][a-z0-9_]+)*\Z")
_TIMEOUT = 10.0  # seconds
_MAX_OUTPUT = 1024 * 1024
_MAX_NOTE = 300  # characters of what a provider says of itself


class Definer:
    """Tells of the capabilities that are defined for one machine; each provider is asked at most once.

    Args:
        settle: reads what the files say; called when it is first needed.
        host: the machine; only on this one are providers run.
        timeout: in seconds, for each provider.
        find_offered: the providers that installed distributions bring along.
    """

    def __init__(
        self,
        settle: Callable[[], Settled] = Settled,
        host: Host | None = None,
        *,
        timeout: float = _TIMEOUT,
        find_offered: Callable[[], Iterable[Provider]] | None = None,
    ) -> None:
        self._settle = settle
        self._host = host if host is not None and host.can_run else None
        self._timeout = timeout
        self._find_offered = find_offered or _find_installed
        self._settled: Settled | None = None
        self._offered: tuple[Provider, ...] | None = None
        self._asked: dict[str, Mapping[str, frozenset[str]]] = {}
        self._notes: dict[str, str] = {}

    @property
    def settled(self) -> Settled:
        """What the files say.

        Raises:
            DocumentError: one of them cannot be read or is wrong.
        """
        if self._settled is None:
            self._settled = self._settle()
        return self._settled

    @property
    def notes(self) -> tuple[str, ...]:
        """Why something is not known that somebody asked for."""
        return tuple(f"capabilities of `{name}` are not known: {note}" for name, note in self._notes.items())

    def find(self, name: str) -> frozenset[str] | None:
        """The values of a capability; None where nobody who may be asked tells of it.

        Args:
            name: such as `system.features` or `site.mpi`; one of ours is never asked of a provider.

        Raises:
            DocumentError: a file of the user or of the administrator is wrong.
        """
        if name == FEATURES:
            features = frozenset(feature for feature, _ in self.settled.features)
            return features or None
        word = name.partition(".")[0]
        if word in OWN_WORDS or self._host is None:
            return None
        return self._ask(word).get(name)

    def describe(self) -> Definitions:
        """Everything, with every allowed provider asked.

        Raises:
            DocumentError: a file of the user or of the administrator is wrong.
        """
        files = dict.fromkeys(place for _, place in self.settled.features)
        features = (
            Definition(
                name=FEATURES,
                values=tuple(sorted({feature for feature, place in self.settled.features if place == file})),
                source=file,
            )
            for file in files
        )
        if self._host is None:
            return Definitions(capabilities=tuple(features))
        told = (
            Definition(name=name, values=tuple(sorted(values)), source=f"provider {word}")
            for word in sorted(self.settled.allowed)
            for name, values in sorted(self._ask(word).items())
        )
        return Definitions(capabilities=(*features, *told), providers=tuple(self._list_providers()))

    def _list_providers(self) -> Iterator[Provider]:
        """Those of files before those of distributions, which do not count then; and those that are not there."""
        allowed = set(self.settled.allowed)
        known = (*self.settled.providers, *self._list_offered())
        named = {provider.name for provider in self.settled.providers}
        for provider in sorted(known, key=lambda item: item.name):
            is_used = provider in self.settled.providers or provider.name not in named
            is_allowed = is_used and provider.name in allowed
            note = self._notes.get(provider.name, "") if is_allowed else "" if is_used else "a file names another"
            yield replace(provider, is_allowed=is_allowed, note=note)
        for name in sorted(allowed - {provider.name for provider in known}):
            yield Provider(name=name, reference="", source="", is_allowed=True, note=self._notes.get(name, ""))

    def _list_offered(self) -> tuple[Provider, ...]:
        if self._offered is None:
            self._offered = tuple(self._find_offered())
        return self._offered

    def _ask(self, word: str) -> Mapping[str, frozenset[str]]:
        """What the provider of a name says, by capability; nothing where it may not be asked, or does not answer."""
        if word not in self._asked:
            self._asked[word] = {}
            provider, note = self._choose(word)
            if provider and self._host:
                self._asked[word], note = run_provider(provider, self._host, timeout=self._timeout)
            if note:
                self._notes[word] = note
        return self._asked[word]

    def _choose(self, word: str) -> tuple[Provider | None, str]:
        """The provider to run, or None and why not; empty where nobody has said anything of such a name."""
        named = next((item for item in self.settled.providers if item.name == word), None)
        if word not in self.settled.allowed:
            return None, f"the provider in `{named.source}` is not among `allowed-providers`" if named else ""
        if named:
            return named, ""
        offered = [item for item in self._list_offered() if item.name == word]
        if len(offered) == 1:
            return offered[0], ""
        several = ", ".join(sorted(item.source for item in offered))
        return (
            None,
            f"several distributions have such a provider: {several}" if offered else "there is no such provider",
        )


def _find_installed() -> tuple[Provider, ...]:
    from extdeps.accelerator.entrypoints import find_providers

    return find_providers()


def run_provider(
    provider: Provider, host: Host, *, timeout: float = _TIMEOUT
) -> tuple[Mapping[str, frozenset[str]], str]:
    """Run a provider in a child process.

    Args:
        provider: one that the user allowed.
        host: this machine.
        timeout: in seconds.

    Returns:
        The values by capability, and an empty text; or nothing, and why.
    """
    import extdeps.accelerator.provider as program
    from extdeps.child import collect

    # -P: a module of the directory that we are in, which may be a stranger's project, is not taken for the provider
    argv = (sys.executable, "-P", program.__file__, provider.name, provider.reference)
    try:
        done = collect(argv, environ=host.environ, timeout=timeout, limit=_MAX_OUTPUT)
    except (OSError, ValueError) as error:
        return {}, f"the provider cannot be run: {error}"
    if done.fault or done.returncode:
        how = done.fault or _describe_end(done.returncode)
        return {}, f"the provider was ended: {how}" if done.fault else f"the provider {how}"
    return _parse(provider.name, done.stdout)


def _describe_end(returncode: int) -> str:
    if returncode > 0:
        return f"ended with status {returncode} and no answer"
    from signal import Signals

    try:
        return f"crashed ({Signals(-returncode).name})"
    except ValueError:
        return f"crashed (signal {-returncode})"


def _parse(word: str, text: str) -> tuple[Mapping[str, frozenset[str]], str]:
    """The answer of a child; all of it counts, or nothing."""
    import json

    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return {}, "the provider gave no answer that can be read"
    if isinstance(answer.get("fault"), str):
        fault = answer["fault"].encode("utf-8", "replace").decode()
        return {}, f"the provider failed: {fault if len(fault) <= _MAX_NOTE else fault[:_MAX_NOTE] + '...'}"
    told = answer.get("capabilities")
    if not _is_table(told):
        return {}, "the provider gave no answer that can be read"
    for name in told:
        if not (name.startswith(f"{word}.") and _CAPABILITY.match(name)):
            return {}, f"the provider tells of `{name[:_MAX_NOTE]}`, which is not a name below `{word}.`"
    return {name: frozenset(filter(None, values)) for name, values in told.items()}, ""


def _is_table(told: object) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(told, dict) and all(
        isinstance(values, list) and all(map(_is_text, (name, *values))) for name, values in told.items()
    )


def _is_text(value: object) -> bool:
    """Whether it can be written: JSON may hold halves of a surrogate pair."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
