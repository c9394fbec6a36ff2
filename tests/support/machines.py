"""Machines as file trees below a directory, whose programs are run here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from extdeps.child import Completed
from extdeps.host import LocalHost, RootHost


class Machine(RootHost):
    """A tree that stands for a machine; what a child is to load is taken from the tree, and from nowhere else.

    Args:
        root: the directory that is `/` there.
        files: contents by path.
        links: targets by path.
        environ: its variables.
        system: as `LocalHost` calls it.
    """

    is_root = False
    can_run = True

    def __init__(
        self,
        root: Path,
        files: Mapping[str, str | bytes] | None = None,
        *,
        links: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        system: str = "Linux",
    ) -> None:
        for path, content in (files or {}).items():
            place = root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        for path, target in (links or {}).items():
            place = root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
        self.runs: list[tuple[str, ...]] = []
        self.looks: list[str] = []
        super().__init__(str(root))
        self.looks.clear()
        self.system = system
        self.environ = {**self.environ, **(environ or {})}

    def exists(self, path: str, /) -> bool:
        self.looks.append(path)
        return super().exists(path)

    def read_bytes(self, path: str, /) -> bytes | None:
        self.looks.append(path)
        return super().read_bytes(path)

    def run(  # type: ignore[override]
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        command = [self._place(argument) for argument in argv]
        done = LocalHost(self.environ).run(command, timeout=timeout, environ=environ)
        if done is None:
            return None
        return Completed(
            returncode=done.returncode,
            stdout=done.stdout.replace(self.root, ""),
            stderr=done.stderr.replace(self.root, ""),
            fault=done.fault,
        )

    def _place(self, argument: str) -> str:
        """An argument `subject:library` with the library of the tree; a bare name as its loader would find it."""
        subject, colon, library = argument.partition(":")
        if not colon:
            return argument
        directories = self.environ.get("LD_LIBRARY_PATH", "").split(":")
        candidates = [library] if "/" in library else [f"{directory}/{library}" for directory in directories]
        found = (self._outside(path) for path in candidates if path.startswith("/"))
        return f"{subject}:{next((path for path in found if os.path.exists(path)), self.root + '/' + library)}"
