"""The arguments of `pip install` and `uv pip install`, as far as they say what is to be installed and from where.

https://pip.pypa.io/en/stable/cli/pip_install/ and https://docs.astral.sh/uv/reference/cli/#uv-pip-install. Nothing else
of them matters here: the installer itself gets its arguments as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SHORT = {
    "-r": "requirement",
    "-c": "constraint",
    "-e": "editable",
    "-i": "index-url",
    "-f": "find-links",
    "-p": "python",
}
_NAMES = {
    "requirements": "requirement",
    "constraints": "constraint",
    "default-index": "index-url",
    "index": "extra-index-url",
}
_OPTIONS = ("index-url", "extra-index-url", "find-links", "no-binary", "only-binary")
_FLAGS = ("pre", "no-index", "no-deps")
_READ = frozenset((*_SHORT.values(), *_OPTIONS, "group"))
_NAMED_INDEX = re.compile(r"^[\w.-]+=(?=https?:|file:)")  # uv: `--index torch=https://...`
_VALUED = frozenset(
    (
        "--abi", "--all-releases", "--allow-insecure-host", "--build-constraint", "--build-constraints", "--cache-dir",
        "--cert", "--client-cert", "--color", "--config-file", "--config-setting", "--config-settings",
        "--config-settings-package", "--default-timeout", "--directory", "--exclude", "--exclude-newer",
        "--exclude-newer-package", "--excludes", "--exists-action", "--extra", "--fork-strategy", "--global-option",
        "--implementation", "--index-strategy", "--keyring-provider", "--link-mode", "--log", "--log-file",
        "--no-binary-package", "--no-build-isolation-package", "--no-build-package", "--no-editable-package",
        "--no-sources-package", "--only-final", "--output-format", "--override", "--overrides", "--platform",
        "--prefix", "--preview-features", "--prerelease", "--prerelease-package", "--progress-bar", "--project",
        "--proxy", "--python-platform", "--python-version", "--refresh-package", "--reinstall-package", "--report",
        "--requirements-from-script", "--resolution", "--resume-retries", "--retries", "--root", "--root-user-action",
        "--src", "--target", "--timeout", "--torch-backend", "--trusted-host", "--upgrade-group", "--upgrade-package",
        "--upgrade-strategy", "--uploaded-prior-to", "--use-deprecated", "--use-feature", "-C", "-P", "-b", "-t",
    )
)  # fmt: skip
"""Options whose value is no requirement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallCommand:
    """What an installer is asked for.

    Args:
        subjects: requirements, paths and addresses.
        editable: source trees.
        requirement: requirements files.
        constraint: constraints files.
        group: dependency groups, which may have the path of a pyproject.toml before them (`path:name`).
        options: what decides which file is taken, by the names that pip has for it; of flags one empty value.
        python: the Python that is named (`--python`), or empty.
        is_system: whether uv is to pass over environments (`--system`).
    """

    subjects: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    requirement: tuple[str, ...] = ()
    constraint: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]]
    python: str = ""
    is_system: bool = False

    @property
    def has_subjects(self) -> bool:
        """Whether anything is to be installed; `pip install --help` asks for something else."""
        return bool(self.subjects or self.editable or self.requirement or self.group)


def parse_install_command(arguments: Sequence[str]) -> InstallCommand:
    """Read the arguments that stand behind `install`."""
    found: dict[str, list[str]] = {}
    for name, value in _iter_arguments(arguments):
        found.setdefault(name, []).append(value)
    return InstallCommand(
        subjects=tuple(found.get("", ())),
        editable=tuple(found.get("editable", ())),
        requirement=tuple(found.get("requirement", ())),
        constraint=tuple(found.get("constraint", ())),
        group=tuple(found.get("group", ())),
        options={name: tuple(found[name]) for name in (*_OPTIONS, *_FLAGS) if name in found},
        python=(found.get("python") or [""])[-1],
        is_system="system" in found,
    )


def _iter_arguments(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of an option's name and its value; of a subject the name is empty."""
    rest = iter(arguments)
    for text in rest:
        if text == "--":
            yield from (("", subject) for subject in rest)
        elif not text.startswith("-") or text == "-":
            yield "", text
        else:
            yield from _read_option(text, rest)


def _read_option(text: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    if not text.startswith("--"):
        yield from _read_letters(text[1:], rest)
        return
    option, equals, value = text.partition("=")
    name = option.removeprefix("--")
    name = _NAMES.get(name, name)
    if name in _FLAGS or name == "system":
        yield name, ""
    elif name in _READ:
        yield name, _NAMED_INDEX.sub("", value if equals else next(rest, ""))
    elif option in _VALUED and not equals:
        next(rest, None)
    elif option == "--no-build":  # uv's word for it
        yield "only-binary", ":all:"


def _read_letters(letters: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """`-Ur FILE`, `-rFILE`: of letters that stand together the first that takes a value ends them."""
    for index, letter in enumerate(letters, start=1):
        option = f"-{letter}"
        if option in _SHORT or option in _VALUED:
            value = letters[index:].removeprefix("=") or next(rest, "")
            if option in _SHORT:
                yield _SHORT[option], value
            return
