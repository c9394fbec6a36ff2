"""Capabilities that somebody tells of a machine, where nothing shall be looked for: explicit, and shown as such."""

from __future__ import annotations

import re

from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Assumed = tuple[tuple[str, str, str], ...]
"""Capability, value, and who told it, as in `Accelerators.assumed`; an empty value says that there is none."""

_VERSION = (re.compile(r"\d{1,9}(\.\d{1,9})*\Z"), "a version such as `{}`")
CAPABILITIES = {
    "cpu.level": (re.compile(r"(x86-64-v[1-4]|armv[89]\.\d-a)\Z"), "a level such as `x86-64-v3` or `armv8.2-a`"),
    "cuda.arch": (re.compile(r"\d{1,2}\.\d\Z"), "a compute capability such as `8.9`"),
    "cuda.driver": (_VERSION[0], _VERSION[1].format("12.8")),
    "glibc": (_VERSION[0], _VERSION[1].format("2.36")),
    "gpu.vendor": (re.compile(r"(nvidia|amd|intel|apple|huawei)\Z"), "nvidia, amd, intel, apple or huawei"),
    "musl": (_VERSION[0], _VERSION[1].format("1.2.5")),
    "nvidia.driver": (_VERSION[0], _VERSION[1].format("550.54.15")),
    "rocm": (_VERSION[0], _VERSION[1].format("6.2")),
    "rocm.arch": (re.compile(r"gfx[0-9a-f]{3,5}\Z"), "a target such as `gfx90a`"),
}
"""What can be told, the form of its value, and how that is said to a person."""

_SPACES = frozenset(name.partition(".")[0] for name in CAPABILITIES)
"""The first words that are ours: another name below one of them is a slip."""

_NAME = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*\Z")

VARIABLES = (
    ("CONDA_OVERRIDE_CUDA", "cuda.driver"),
    ("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", "cuda.driver"),
    ("CONDA_OVERRIDE_CUDA_ARCH", "cuda.arch"),
    ("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "cuda.arch"),
    ("UV_CUDA_DRIVER_VERSION", "nvidia.driver"),
    ("UV_AMD_GPU_ARCHITECTURE", "rocm.arch"),
)
"""Variables of other tools that say the same, the first that is set before the others.

Of conda: CEP 30 and 46 (https://conda.org/learn/ceps/), where a build string may follow after `=`; of NVIDIA's provider
of wheel variants (https://github.com/wheelnext/nvidia-variant-provider); of uv, whose version is the driver's own
(https://docs.astral.sh/uv/reference/environment/). Set and empty, each says that there is none.
"""


def read_overrides(
    options: Iterable[str], settings: Iterable[tuple[str, str, str]], environ: Mapping[str, str]
) -> Assumed:
    """What is told of a machine: by an option, else in the settings, else by a variable.

    Args:
        options: the values of `--capability`, such as `cuda-driver=12.8`; the last of a name counts.
        settings: capability, value and the file that has it, the first of a name counts; they have been checked.
        environ: the variables.

    Returns:
        One for each capability, by its name.

    Raises:
        UsageError: an option, or a variable that counts, is not as it has to be.
    """
    found: dict[str, tuple[str, str]] = {}
    for name, value in map(_parse_option, options):
        found[name] = (value, "--capability")
    for name, value, place in settings:
        found.setdefault(name, (value, place))
    for variable, name in VARIABLES:
        if variable in environ and name not in found:
            found[name] = (_read_variable(variable, name, environ[variable]), variable)
    return tuple((name, *found[name]) for name in sorted(found))


def parse_capability(name: str, value: str) -> tuple[str, str]:
    """The canonical name of a capability (`cuda.driver` for `cuda-driver`) and its value.

    Raises:
        ValueError: nobody knows the name, or the value has another form; it says so in a sentence.
    """
    known = name.replace("-", ".")
    if known in CAPABILITIES:
        pattern, wanted = CAPABILITIES[known]
        if value and not pattern.match(value):
            raise ValueError(f"`{name}` is {wanted}, not `{value}`")
        return known, value
    if not _NAME.match(name):
        raise ValueError(f"`{name}` is not the name of a capability")
    if known.partition(".")[0] in _SPACES:
        raise ValueError(f"there is no capability `{name}`; there are {', '.join(_iter_near(known))}")
    return name, value


def _iter_near(name: str) -> Iterator[str]:
    """The capabilities below the same first word."""
    space = name.partition(".")[0]
    yield from (other for other in sorted(CAPABILITIES) if other.partition(".")[0] == space)


def _parse_option(text: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise UsageError(f"`--capability {text}` has no value", hint="write it as `--capability cuda-driver=12.8`")
    try:
        return parse_capability(name, value)
    except ValueError as error:
        raise UsageError(str(error), context=(f"in `--capability {text}`",)) from error


def _read_variable(variable: str, name: str, value: str) -> str:
    value = value.strip()
    if variable.startswith("CONDA_"):
        value = value.partition("=")[0]
    if name == "cuda.arch":
        value = _dotted(value)
    try:
        return parse_capability(name, value)[1]
    except ValueError as error:
        wanted = CAPABILITIES[name][1]
        raise UsageError(
            f"`{variable}` must be {wanted}, not `{value}`",
            hint="leave it empty to say that there is none, or unset it",
        ) from error


def _dotted(arch: str) -> str:
    """A compute capability in the form of a compiler's option: `sm_90` is 9.0."""
    found = re.fullmatch(r"(?:sm_?)?(\d{1,2})(\d)", arch)
    return f"{found[1]}.{found[2]}" if found else arch
