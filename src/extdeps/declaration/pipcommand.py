"""The arguments of `pip install` and `uv pip install`, as far as they say what is to be installed and from where.

https://pip.pypa.io/en/stable/cli/pip_install/ and https://docs.astral.sh/uv/reference/cli/#uv-pip-install. Nothing else
of them matters here: the installer itself gets its arguments as they are.
"""

from __future__ import annotations

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
}
_NAMES = {
    "requirements": "requirement",
    "constraints": "constraint",
    "default-index": "index-url",
    "index": "extra-index-url",
}
_OPTIONS = ("index-url", "extra-index-url", "find-links", "no-binary", "only-binary")
_FLAGS = ("pre", "no-index", "no-deps")
_VALUED = frozenset(
    (
        "-t", "--target", "--platform", "--python-version", "--implementation", "--abi", "--root", "--prefix",
        "--src", "--upgrade-strategy", "-C", "--config-setting", "--config-settings", "--global-option",
        "--progress-bar", "--root-user-action", "--report", "--use-feature", "--use-deprecated", "--log", "--proxy",
        "--retries", "--timeout", "--exists-action", "--trusted-host", "--cert", "--client-cert", "--cache-",
        "--keyring-provider", "--group", "--build-constraint", "-b", "--build-constraints", "--extra", "--python",
        "-p", "--python-platform", "--overrides", "--override", "--excludes", "--exclude", "-P", "--upgrade-package",
        "--reinstall-package", "--index-strategy", "--allow-", "--resolution", "--prerelease", "--fork-strategy",
        "--link-mode", "--exclude-newer", "--exclude-newer-package", "--no-build-isolation-package",
        "--refresh-package", "--torch-backend", "--color", "--directory", "--project", "--config-file",
        "--config-settings-package", "--no-build-package", "--no-binary-package", "--output-format",
        "--preview-features", "--uploaded-", "--requirements-from-script",
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
        options: what decides which file is taken, by the names that pip has for it; of flags one empty value.
        python: the Python that is named (`--python`), or empty.
    """

    subjects: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    requirement: tuple[str, ...] = ()
    constraint: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]]
    python: str = ""


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
        options={name: tuple(found[name]) for name in (*_OPTIONS, *_FLAGS) if name in found},
        python=(found.get("python") or [""])[-1],
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
    option, equals, value = text.partition("=")
    if not text.startswith("--"):
        option, value = text[:2], text[2:].removeprefix("=")
        equals = value
    name = _SHORT.get(option, option.removeprefix("--"))
    name = "python" if option == "-p" else _NAMES.get(name, name)
    if name in _FLAGS:
        yield name, ""
    elif name in (*_SHORT.values(), *_OPTIONS, "python"):
        yield name, value if equals else next(rest, "")
    elif option in _VALUED and not equals:
        next(rest, None)
    elif option == "--no-build":  # uv's word for it
        yield "only-binary", ":all:"
