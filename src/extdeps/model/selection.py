"""Which build of a project fits a machine, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A build that was not taken.

    Args:
        name: as people call it.
        reason: one sentence.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The build that fits.

    Args:
        project: what was asked for.
        name: the build, as people call it.
        requirements: what pip is given (`torch>=2.7`), the project itself first.
        index: instead of PyPI, or empty.
        extra_index: beside it, or empty.
        find_links: a page with links to files, or empty.
        options: further ones.
        reasons: why it fits, one sentence each.
        left_out: the accelerators that it does not use, each with the reason.
        rejected: the builds that are preferred and do not fit.
        source: where the project says what there is.
    """

    project: str
    name: str
    requirements: tuple[str, ...]
    index: str = ""
    extra_index: str = ""
    find_links: str = ""
    options: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    source: str = ""

    @property
    def pip_arguments(self) -> tuple[str, ...]:
        """What comes after `pip install`."""
        return (
            *self.requirements,
            *(("--index-url", self.index) if self.index else ()),
            *(("--extra-index-url", self.extra_index) if self.extra_index else ()),
            *(("--find-links", self.find_links) if self.find_links else ()),
            *self.options,
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a requirements file; options come before what they are about."""
        return (
            *((f"--index-url {self.index}",) if self.index else ()),
            *((f"--extra-index-url {self.extra_index}",) if self.extra_index else ()),
            *((f"--find-links {self.find_links}",) if self.find_links else ()),
            *self.requirements,
        )

    @property
    def uv_arguments(self) -> tuple[str, ...]:
        """What comes after `uv pip install`; uv asks an `--index` first, and takes what it has there."""
        return (
            *self.requirements,
            *(("--default-index", self.index) if self.index else ()),
            *(("--index", self.extra_index) if self.extra_index else ()),
            *(("--find-links", self.find_links) if self.find_links else ()),
            *self.options,
        )
