"""What upstream calls a version that a distribution has packaged."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Scheme = Literal["deb", "rpm", "apk", "alpm", "conda", "brew", "nix", "xbps", "pep440", "none"]
else:
    Scheme = str

# As text: each scheme needs few of these, and `re` keeps what it has compiled.
_EPOCH = r"(?:[0-9]+|\(none\)):"
_PRE_RELEASE = r"(?:alpha|beta|preview|pre|rc|dev|a|b)(?![a-z])(?:[._-]?[0-9]+(?:\.[0-9]+)*)?"

_REALLY = r".*[+~.-]really\.?(?=[0-9])"
# `~rc1`, and what apt.llvm.org makes of it: `~+rc4`, or `~++20240910082310+a4bf6cd7cfb1` without one.
_TILDE_PRE_RELEASE = rf"~[~+]*(?P<tag>{_PRE_RELEASE})"
_DEBIAN_REPACK = r"[.-]?(?:dfsg|repack|debian)(?![a-z]).*|[.-]ds[0-9]*(?:\.[0-9]+)*$"
_DEBIAN_NATIVE = r"(?<=[0-9])(?:ubuntu|build|nmu)[0-9].*"

_RPM_DIST = r"\.(?:fc|el|amzn|mga|cm|azl|lp|suse|oe)[0-9].*"
# Fedora marked pre-releases in the release until 2018: `1.0-0.3.rc1.el7`.
_RPM_OLD_PRE_RELEASE = r"0\.[0-9]+(?:\.[0-9]+)*\.(?P<tag>(?:alpha|beta|rc|pre)[0-9]*)(?![a-z])"

_APK_TAIL = r"(?:~[0-9a-f]+)?(?:-r[0-9]+)?$"
_APK_SUFFIX = r"_([a-z]+)([0-9]*)"
_ALPM_REL = r"-[0-9]+(?:\.[0-9]+)?$"
_ALPM_SNAPSHOT = r"[._]r[0-9]+(?:[._].*)?$"
_XBPS_REVISION = r"_[0-9]+$"
_BREW_REVISION = r"(?<=.)_[0-9]{1,2}$"
_NIX_OUTPUT = r"-(?:bin|debug|dev|devdoc|doc|info|lib|man|out|static)$"
_NIX_SNAPSHOT = r"(?<=.)-unstable(?:-.*)?$"

_DATE_DIGITS = 8


def upstream_version(text: str, scheme: Scheme) -> str:
    """Reduce the version of a package to the one that its upstream project gave it.

    Epochs, revisions, repack marks (`+dfsg1`), snapshots (`+git20230101`, `~git20230101`) and rebuild marks
    go; a pre-release that the scheme spells with `~` or `_` is attached (`5.10.0~rc1-2` -> `5.10.0rc1`); of
    `2.5+really2.4` the second version is true. Separators stay as packaged: Debian's `8:6.9.11.60+dfsg-1.6`
    is `6.9.11.60` although ImageMagick calls it `6.9.11-60`; `extdeps.versions.loose` takes both as equal.

    Sources: Debian Policy 5.6.12 and Developer's Reference 5.11.2; Fedora packaging guidelines, "Versioning";
    apk-package(5); alpm-package-version(7) and the Arch VCS package guidelines; Homebrew's Formula Cookbook,
    "Revisions"; Nixpkgs manual, "Package naming"; the manual of void-packages, "Revision".

    Args:
        text: the version as the package manager reports it, with or without a revision.
        scheme: whose notation it is; `conda`, `pep440` and `none` are returned as they are.

    Returns:
        The upstream version. Text without one (`r123.abcdef`) comes back as it is, or shortened; whether it
        is a version is for `extdeps.versions.loose.key` to say.
    """
    text = text.strip()
    reduce = _REDUCERS.get(scheme)
    return reduce(text) if reduce else text


def _from_deb(text: str) -> str:
    text = _without_epoch(text)
    upstream = text.rpartition("-")[0] or text
    if really := re.match(_REALLY, upstream):
        upstream = upstream[really.end() :]
    upstream = re.sub(_DEBIAN_NATIVE, "", upstream)
    return re.sub(_DEBIAN_REPACK, "", _without_additions(upstream))


def _from_rpm(text: str) -> str:
    version, _, release = _without_epoch(text).partition("-")
    version = _without_additions(re.sub(_RPM_DIST, "", version).partition("^")[0])
    old = re.match(_RPM_OLD_PRE_RELEASE, release)
    return version + old["tag"] if old else version


def _from_apk(text: str) -> str:
    base, *_ = text.partition("_")
    if base == text:
        return re.sub(_APK_TAIL, "", text)
    suffixes = re.findall(_APK_SUFFIX, re.sub(_APK_TAIL, "", text)[len(base) :])
    return base + "".join(name + number for name, number in suffixes if _is_upstream_suffix(name, number))


def _is_upstream_suffix(name: str, number: str) -> bool:
    """`_rc1` and `_p1` are upstream's; `_git20230101` and `_p20230506` are how Alpine names a snapshot."""
    if name == "p":
        return len(number) < _DATE_DIGITS
    return name in {"alpha", "beta", "pre", "rc"}


def _from_alpm(text: str) -> str:
    text = re.sub(_ALPM_REL, "", _without_epoch(text))
    return re.sub(_ALPM_SNAPSHOT, "", text.partition("+")[0])


def _from_brew(text: str) -> str:
    # A cask adds what its download needs: `7.1.0,abcdef`.
    return re.sub(_BREW_REVISION, "", text.partition(",")[0])


def _from_xbps(text: str) -> str:
    return re.sub(_XBPS_REVISION, "", text)


def _from_nix(text: str) -> str:
    return re.sub(_NIX_SNAPSHOT, "", re.sub(_NIX_OUTPUT, "", text))


def _without_epoch(text: str) -> str:
    epoch = re.match(_EPOCH, text)
    return text[epoch.end() :] if epoch else text


def _without_additions(upstream: str) -> str:
    """Cut at the first `+` or `~`, but attach a pre-release that stands there."""
    cut = re.search(r"[+~]", upstream)
    if cut is None:
        return upstream
    base, rest = upstream[: cut.start()], upstream[cut.start() :]
    pre_release = re.match(_TILDE_PRE_RELEASE, rest)
    if pre_release is None:
        return base
    tag = pre_release["tag"]
    # Without a number, `1.0b` would be the patch that follows `1.0a`.
    return f"{base}{tag}0" if len(tag) == 1 else base + tag


_REDUCERS = {
    "deb": _from_deb,
    "rpm": _from_rpm,
    "apk": _from_apk,
    "alpm": _from_alpm,
    "brew": _from_brew,
    "nix": _from_nix,
    "xbps": _from_xbps,
}
