"""File names of libraries: who has put one into a wheel, what it was called before, and its link name."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.wheelaudit import Format, Vendor

_EXTENSION = re.compile(
    r".+\.(?:cpython-\w+|abi3(?:t)?|pypy\d+-\w+|graalpy\w*|cp\d+t?-\w+)(?:-[\w-]+)?\.(?:so|pyd|dylib)|.+\.pyd"
)
"""The tags by which Python's import system knows an extension module (PEP 3149, and PEP 384's `abi3`)."""

_HASHED = re.compile(r"(?P<base>[^.]+)-[0-9a-f]{8}(?P<rest>\..+)")
_HASHED_DLL = re.compile(r"(?P<base>.+)-[0-9a-f]{8,64}(?P<rest>\.dll)", re.IGNORECASE)
"""auditwheel puts 8 digits of a hash before the first full stop, delvewheel up to 64 before `.dll`."""

_ENDING = re.compile(r"\.(?:so(?:\.[\w.+-]+)?|dylib|dll)$", re.IGNORECASE)
_VERSIONS = (
    re.compile(r"\.\d+$"),  # glib-2.0.0, of which 2.0 is a part of the name
    re.compile(r"\.\d.*$"),  # libz.1.3.1.zlib-ng, mkl_rt.2
    re.compile(r"-(?:x64|x86|arm64)$|_x64$", re.IGNORECASE),  # libcrypto-3-x64
    re.compile(r"(?:32|64)_\d+(?:_\d+)*$"),  # cublas64_12, cudnn_ops64_9, nvrtc64_120_0
    re.compile(r"[-_][rv]?\d[\w.]*$"),  # avcodec-61, OpenEXR-3_3, openblasp-r0.3.15, SDL2-2.0
    re.compile(r"\d+$"),  # jpeg62, libpng16 without its number
)
"""What may follow a link name, in the order in which it is taken away."""


def find_vendor(path: str, format_: Format) -> Vendor:
    """Who has put a library where it is: each tool has a directory of its own.

    Sources: the documentation of auditwheel and delvewheel (`NAME.libs`) and of delocate (`.dylibs`).
    """
    directories = path.split("/")[:-1]
    if ".dylibs" in directories:
        return "delocate"
    if any(part.endswith(".libs") for part in directories):
        return "delvewheel" if format_ == "pe" else "auditwheel"
    return "hand"


def is_extension_name(name: str) -> bool:
    """Whether a file name is that of an extension module, by its tag."""
    return _EXTENSION.fullmatch(name) is not None


def unhash(name: str, vendor: Vendor) -> str:
    """The name that a library had before a tool has put a hash into it."""
    pattern = {"auditwheel": _HASHED, "delvewheel": _HASHED_DLL}.get(vendor)
    match = pattern.fullmatch(name) if pattern else None
    return f"{match['base']}{match['rest']}" if match else name


def iter_link_names(name: str) -> Iterator[str]:
    """The link names that a file name may stand for, the most exact first: of `libssl.so.3` it is `ssl`.

    Args:
        name: the file name, without a hash.
    """
    stem = _ENDING.sub("", name)
    seen: set[str] = set()
    for _ in range(8):  # libcrypto-3-x64 has two things to take away, libavcodec.61.19.101 three
        for each in (stem.removeprefix("lib"), stem):
            if each and each not in seen:
                seen.add(each)
                yield each
        shorter = next((short for part in _VERSIONS if (short := part.sub("", stem)) not in (stem, "", "lib")), stem)
        if shorter == stem:
            return
        stem = shorter
