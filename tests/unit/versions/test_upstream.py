"""Versions that distributions shipped, and what their upstream projects call them."""

from __future__ import annotations

from typing import cast

import pytest

from extdeps.versions import upstream_version
from extdeps.versions.loose import key
from extdeps.versions.upstream import Scheme

CASES = [
    # Debian and Ubuntu: epochs, revisions, rebuilds
    ("deb", "3.0.16-1~deb12u1", "3.0.16"),
    ("deb", "4:12.2.0-3", "12.2.0"),
    ("deb", "2:8.4.0-3+b1", "8.4.0"),
    ("deb", "1.1.1n-0+deb11u5", "1.1.1n"),
    ("deb", "1.1.1f-1ubuntu2.22", "1.1.1f"),
    ("deb", "1:9.2p1-2+deb12u2", "9.2p1"),
    ("deb", "2024a-0+deb12u1", "2024a"),
    ("deb", "7:5.1.4-0+deb12u1", "5.1.4"),
    ("deb", "1.0.8-5+b1", "1.0.8"),
    ("deb", "1:14.0-55.7~deb12u1", "14.0"),
    ("deb", "20230311", "20230311"),
    ("deb", "20230311ubuntu0.22.04.1", "20230311"),
    ("deb", "8.9.7.29-1+cuda12.2", "8.9.7.29"),
    ("deb", "5:24.0.7-1~debian.12~bookworm", "24.0.7"),
    ("deb", "16.2-1.pgdg120+2", "16.2"),
    ("deb", "1.2.3-2-1", "1.2.3-2"),
    ("deb", "2.3build4", "2.3"),
    ("deb", "1.4+b1", "1.4"),
    # repacked
    ("deb", "1:3.6.2+dfsg-1+b2", "3.6.2"),
    ("deb", "2.9.14+dfsg-1.3~deb12u2", "2.9.14"),
    ("deb", "8:6.9.11.60+dfsg-1.6+deb12u3", "6.9.11.60"),
    ("deb", "1:1.2.13.dfsg-1", "1.2.13"),
    ("deb", "1.2.dfsg.1-3", "1.2"),
    ("deb", "10.0.0~dfsg-11+deb12u4", "10.0.0"),
    ("deb", "5.3.28+dfsg2-1", "5.3.28"),
    ("deb", "0.3.21+ds-4", "0.3.21"),
    ("deb", "1.19.5+ds1-2", "1.19.5"),
    ("deb", "1.10.8+repack1-1", "1.10.8"),
    ("deb", "18.19.0+dfsg-6~deb12u1", "18.19.0"),
    ("deb", "7.8.1+dfsg+~cs20.8.26-2", "7.8.1"),
    ("deb", "17.0.10+7-1~deb12u1", "17.0.10"),
    ("deb", "2.1.debian-4", "2.1"),
    ("deb", "1.5-ds2-1", "1.5"),
    # a step back
    ("deb", "2.5+really2.4-1", "2.4"),
    ("deb", "1:6.12.2+really6.12.1+dfsg-3", "6.12.1"),
    ("deb", "3.1+really-1", "3.1"),
    # snapshots
    ("deb", "3.1+git20230101-1", "3.1"),
    ("deb", "3.1~git20230101.abcdef-1", "3.1"),
    ("deb", "2:0.164.3095+gitbaee400-3", "0.164.3095"),
    ("deb", "0~20171227-1", "0"),
    ("deb", "1:19.1.7~++20250114103320+cd708029e0b2-1~exp1~20250114103432.75", "19.1.7"),
    # pre-releases
    ("deb", "5.10.0~rc1-2", "5.10.0rc1"),
    ("deb", "2.0~beta2-1", "2.0beta2"),
    ("deb", "2.0~b3-1", "2.0b3"),
    ("deb", "2.0~b-1", "2.0b0"),
    ("deb", "4.0.0~alpha-5", "4.0.0alpha"),
    ("deb", "1:15.0.0~+rc4-1~exp5", "15.0.0rc4"),
    ("deb", "5.15~~rc3-1", "5.15rc3"),
    ("deb", "1.0~rc1~git2023+dfsg-1", "1.0rc1"),
    ("deb", "1.0~rc.2+dfsg-1", "1.0rc.2"),
    ("deb", "1.0~bpo12+1", "1.0"),
    # Fedora, RHEL, openSUSE
    ("rpm", "3.2.2-3.fc41", "3.2.2"),
    ("rpm", "1:3.0.7-27.el9", "3.0.7"),
    ("rpm", "3.0.7", "3.0.7"),
    ("rpm", "3.0.7.el9", "3.0.7"),
    ("rpm", "(none):8.0-1", "8.0"),
    ("rpm", "1.0^2023git-1.fc39", "1.0"),
    ("rpm", "6.8.0~rc1-1.fc41", "6.8.0rc1"),
    ("rpm", "1.2+git20230101.abc-1.1", "1.2"),
    ("rpm", "1.2.3~git0.abc-2.1", "1.2.3"),
    ("rpm", "1.1.1k-12.el8_9", "1.1.1k"),
    ("rpm", "9.3p1-10.fc39", "9.3p1"),
    ("rpm", "2.0-0.3.rc1.el7", "2.0rc1"),
    ("rpm", "2.0-0.3.el7", "2.0"),
    # Alpine
    ("apk", "3.1.4-r5", "3.1.4"),
    ("apk", "9.6_p1-r0", "9.6p1"),
    ("apk", "2.0_rc1-r0", "2.0rc1"),
    ("apk", "2.0_alpha2_git20230101-r0", "2.0alpha2"),
    ("apk", "6.4_p20230506-r0", "6.4"),
    ("apk", "1.2_git20230101-r1", "1.2"),
    ("apk", "1.2~abcdef0-r1", "1.2"),
    ("apk", "2024a-r0", "2024a"),
    # Arch
    ("alpm", "1:2.3-4", "2.3"),
    ("alpm", "9.8p1-1", "9.8p1"),
    ("alpm", "2.40+r16+gaa533d58ff-2", "2.40"),
    ("alpm", "1.2.3.r45.gabcdef0-1", "1.2.3"),
    ("alpm", "r123.abcdef-1", "r123.abcdef"),
    ("alpm", "3.0-1.1", "3.0"),
    # Homebrew, Void Linux, Nixpkgs, conda-forge, and no scheme
    ("brew", "3.4.0_1", "3.4.0"),
    ("brew", "1.1.1w", "1.1.1w"),
    ("brew", "7.1.0,abcdef", "7.1.0"),
    ("brew", "HEAD-abc1234_1", "HEAD-abc1234"),
    ("xbps", "1.3.1_1", "1.3.1"),
    ("xbps", "9.8p1_12", "9.8p1"),
    ("xbps", "2024a", "2024a"),
    ("nix", "3.0.13", "3.0.13"),
    ("nix", "3.0.13-dev", "3.0.13"),
    ("nix", "1.2.3-unstable-2023-10-10", "1.2.3"),
    ("nix", "unstable-2023-10-10", "unstable-2023-10-10"),
    ("conda", "1.1.1_", "1.1.1_"),
    ("conda", "9e", "9e"),
    ("none", " 3.4.1\n", "3.4.1"),
    ("none", "1.0-1", "1.0-1"),
]


@pytest.mark.parametrize(("scheme", "text", "upstream"), CASES)
def test_upstream_version(scheme: str, text: str, upstream: str) -> None:
    assert upstream_version(text, cast("Scheme", scheme)) == upstream


@pytest.mark.parametrize(("scheme", "text", "upstream"), CASES)
def test_that_the_upstream_version_stays(scheme: str, text: str, upstream: str) -> None:
    if scheme != "deb":  # a Debian upstream version may hold a hyphen that would then part the revision
        assert upstream_version(upstream, cast("Scheme", scheme)) == upstream


def test_that_the_two_notations_of_imagemagick_are_equal() -> None:
    assert key(upstream_version("8:6.9.11.60+dfsg-1.6+deb12u3", "deb")) == key("6.9.11-60")
