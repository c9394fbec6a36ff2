"""What upstream calls a version that a distribution has packaged."""

from __future__ import annotations

import re
from typing import Literal

Scheme = Literal["deb", "rpm", "apk", "alpm", "conda", "brew", "nix", "none"]

_EPOCH = re.compile(r"(?:[0-9]+|\(none\)):")
_PRE_RELEASE = r"(?:alpha|beta|preview|pre|rc|dev|a|b)(?![a-z])(?:[._-]?[0-9]+(?:\.[0-9]+)*)?"

_REALLY = re.compile(r".*[+~.-]really\.?(?=[0-9])")
# `~rc1`, and what apt.llvm.org makes of it: `~+rc4`, or `~++20240910082310+a4bf6cd7cfb1` without one.
_TILDE_PRE_RELEASE = re.compile(rf"~[~+]*(?P<tag>{_PRE_RELEASE})")
_DEBIAN_REPACK = re.compile(r"[.-]?(?:dfsg|repack|debian)(?![a-z]).*|[.-]ds[0-9]*(?:\.[0-9]+)*$")
_DEBIAN_NATIVE = re.compile(r"(?<=[0-9])(?:ubuntu|build|nmu)[0-9].*")

_RPM_DIST = re.compile(r"\.(?:fc|el|amzn|mga|cm|azl|lp|suse|oe)[0-9].*")
# Fedora marked pre-releases in the release until 2018: `1.0-0.3.rc1.el7`.
_RPM_OLD_PRE_RELEASE = re.compile(r"0\.[0-9]+(?:\.[0-9]+)*\.(?P<tag>(?:alpha|beta|rc|pre)[0-9]*)(?![a-z])")

_APK_TAIL = re.compile(r"(?:~[0-9a-f]+)?(?:-r[0-9]+)?$")
_APK_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_ALPM_REL = re.compile(r"-[0-9]+(?:\.[0-9]+)?$")
_ALPM_SNAPSHOT = re.compile(r"[._]r[0-9]+(?:[._].*)?$")
_BREW_REVISION = re.compile(r"(?<=.)_[0-9]{1,2}$")
_NIX_OUTPUT = re.compile(r"-(?:bin|debug|dev|devdoc|doc|info|lib|man|out|static)$")
_NIX_SNAPSHOT = re.compile(r"(?<=.)-unstable(?:-.*)?$")

_DATE_DIGITS = 8


def upstream_version(text: str, scheme: Scheme) -> str:
    """Reduce the version of a package to the one that its upstream project gave it.

    Epochs, revisions, repack marks (`+dfsg1`), snapshots (`+git20230101`, `~git20230101`) and rebuild marks
    go; a pre-release that the scheme spells with `~` or `_` is attached (`5.10.0~rc1-2` -> `5.10.0rc1`); of
    `2.5+really2.4` the second version is true. Separators stay as packaged: Debian's `8:6.9.11.60+dfsg-1.6`
    is `6.9.11.60` although ImageMagick calls it `6.9.11-60`; `extdeps.versions.loose` takes both as equal.

    Sources: Debian Policy 5.6.12 and Developer's Reference 5.11.2; Fedora packaging guidelines, "Versioning";
    apk-package(5); alpm-package-version(7) and the Arch VCS package guidelines; Homebrew's Formula Cookbook,
    "Revisions"; Nixpkgs manual, "Package naming".

    Args:
        text: the version as the package manager reports it, with or without a revision.
        scheme: whose notation it is; `conda` and `none` are returned as they are.

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
    if really := _REALLY.match(upstream):
        upstream = upstream[really.end() :]
    upstream = _DEBIAN_NATIVE.sub("", upstream)
    return _DEBIAN_REPACK.sub("", _without_additions(upstream))


def _from_rpm(text: str) -> str:
    version, _, release = _without_epoch(text).partition("-")
    version = _without_additions(_RPM_DIST.sub("", version).partition("^")[0])
    old = _RPM_OLD_PRE_RELEASE.match(release)
    return version + old["tag"] if old else version


def _from_apk(text: str) -> str:
    base, *_ = text.partition("_")
    if base == text:
        return _APK_TAIL.sub("", text)
    suffixes = _APK_SUFFIX.findall(_APK_TAIL.sub("", text)[len(base) :])
    return base + "".join(name + number for name, number in suffixes if _is_upstream_suffix(name, number))


def _is_upstream_suffix(name: str, number: str) -> bool:
    """`_rc1` and `_p1` are upstream's; `_git20230101` and `_p20230506` are how Alpine names a snapshot."""
    if name == "p":
        return len(number) < _DATE_DIGITS
    return name in {"alpha", "beta", "pre", "rc"}


def _from_alpm(text: str) -> str:
    text = _ALPM_REL.sub("", _without_epoch(text))
    return _ALPM_SNAPSHOT.sub("", text.partition("+")[0])


def _from_brew(text: str) -> str:
    # A cask adds what its download needs: `7.1.0,abcdef`.
    return _BREW_REVISION.sub("", text.partition(",")[0])


def _from_nix(text: str) -> str:
    return _NIX_SNAPSHOT.sub("", _NIX_OUTPUT.sub("", text))


def _without_epoch(text: str) -> str:
    epoch = _EPOCH.match(text)
    return text[epoch.end() :] if epoch else text


def _without_additions(upstream: str) -> str:
    """Cut at the first `+` or `~`, but attach a pre-release that stands there."""
    cut = re.search(r"[+~]", upstream)
    if cut is None:
        return upstream
    base, rest = upstream[: cut.start()], upstream[cut.start() :]
    pre_release = _TILDE_PRE_RELEASE.match(rest)
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
}
