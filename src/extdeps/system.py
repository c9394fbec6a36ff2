"""What kind of system a host is: os-release and the C library."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host

_ASSIGNMENT = re.compile(r"^(?P<key>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\\"'$`])")


@dataclass(frozen=True, slots=True, kw_only=True)
class OsRelease:
    """The fields of os-release that choose an ecosystem.

    https://www.freedesktop.org/software/systemd/man/latest/os-release.html
    """

    id: str = ""
    version_id: str = ""
    id_like: tuple[str, ...] = ()
    pretty_name: str = ""
    codenames: tuple[str, ...] = ()


def read_os_release(host: Host) -> OsRelease:
    """Read os-release, or make one up from what macOS keeps; an empty one where there is none."""
    text = read_text(host, "/etc/os-release") or read_text(host, "/usr/lib/os-release")
    if text is None:
        return _read_macos(host) if host.system == "Darwin" else OsRelease()
    fields = {match["key"]: _unquote(match["value"].strip()) for match in _ASSIGNMENT.finditer(text)}
    names = (fields.get(key, "") for key in ("VERSION_CODENAME", "UBUNTU_CODENAME", "DEBIAN_CODENAME"))
    return OsRelease(
        id=fields.get("ID", "").lower(),
        # a rolling distribution has no releases; the version of its images is their date
        version_id="" if fields.get("BUILD_ID") == "rolling" else fields.get("VERSION_ID", ""),
        id_like=tuple(fields.get("ID_LIKE", "").lower().split()),
        pretty_name=fields.get("PRETTY_NAME", "") or fields.get("NAME", ""),
        codenames=tuple(dict.fromkeys(name for name in names if name)),
    )


def _unquote(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1]
    if quoted and value[0] == "'":
        return value[1:-1]  # as in a shell, nothing is special between single quotes
    return _ESCAPE.sub(r"\1", value[1:-1] if quoted and value[0] == '"' else value)


def _read_macos(host: Host) -> OsRelease:
    text = read_text(host, "/System/Library/CoreServices/SystemVersion.plist") or ""
    found = re.search(r"<key>ProductVersion</key>\s*<string>([^<]+)</string>", text)
    version = found[1] if found else ""
    return OsRelease(id="macos", version_id=version, pretty_name=f"macOS {version}".strip())


def find_libc(host: Host) -> tuple[str, str]:
    """The C library of a Linux system, from its own file: (`glibc`, `2.36`), (`musl`, `1.2.5`), or empty."""
    if host.system != "Linux":
        return "", ""
    candidates = [f"{directory}/libc.so.6" for directory in ("/lib64", "/usr/lib64", "/lib", "/usr/lib")]
    candidates += [f"/lib/{name}/libc.so.6" for name in host.list_directory("/lib") if "-linux-gnu" in name]
    for path in candidates:
        version = _version_in(host, path, rb"release version (\d+\.\d+)")
        if version:
            return "glibc", version
    for directory in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):  # musl may be there beside glibc, for cross builds
        for name in host.list_directory(directory):
            if name.startswith("ld-musl-"):
                return "musl", _version_in(host, f"{directory}/{name}", rb"(?<![\d.])(1\.\d+\.\d+)(?![\d.])")
    return "", ""


def _version_in(host: Host, path: str, pattern: bytes) -> str:
    found = re.search(pattern, host.read_bytes(path) or b"")
    return found[1].decode() if found else ""
