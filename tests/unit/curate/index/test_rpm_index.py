"""RPM repositories: what is read of them, and what is refused."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.cli.main import main
from extdeps.curate.index.interface import PackageIndex, Source
from extdeps.curate.index.rpmmetadata import iter_files, iter_packages
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError, UsageError
from extdeps.fetch import Fetcher, Response
from extdeps.host import Host
from support.documents import write_catalogue
from support.recorded import RecordedHost
from support.rpmrepository import DEFAULT, Built, make_documents, write_documents, write_rpm_repository

PRIMARY = make_documents(DEFAULT)["primary"].encode()
NAMES = frozenset({"z.h", "libz.so", "z", "z.pc"})


def make_source(
    root: Path | None,
    ecosystem: str = "fedora+99",
    *,
    allow_unsigned: bool = True,
    architecture: str = "amd64",
    fetcher: Fetcher | None = None,
    host: Host | None = None,
    keyring: str = "",
) -> Source:
    return Source(
        ecosystem=parse_ecosystem(ecosystem),
        fetcher=fetcher or Fetcher(),
        host=host or RecordedHost(),
        address=root.as_uri() if root else "",
        architecture=architecture,
        keyring=keyring,
        allow_unsigned=allow_unsigned,
    )


def read(root: Path, ecosystem: str = "fedora+99", *, architecture: str = "amd64") -> PackageIndex:
    return open_index(make_source(root, ecosystem, architecture=architecture))


class Web(Fetcher):
    """Serves directories as addresses, and remembers what was asked."""

    def __init__(self, sites: dict[str, Path], *, redirect: tuple[str, str] = ("", "")) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._sites = sites
        self._redirect = redirect

    def fetch(self, url: str, *, accept: str = "*/*", limit: int = 0) -> Response:
        self.asked.append(url)
        for site, directory in self._sites.items():
            path = directory / url.removeprefix(site).lstrip("/")
            if url.startswith(site) and path.is_file():
                return Response(url=url.replace(*self._redirect), content=path.read_bytes(), content_type="")
        raise AbsentAddressError(f"`{url}` answers 404 Not Found")


# what is read


@pytest.mark.parametrize("ending", [".gz", ".xz", ".bz2", ".zst", ""])
def test_packages(tmp_path: Path, ending: str) -> None:
    write_rpm_repository(tmp_path, ending=ending)
    index = read(tmp_path)
    packages = index.packages()
    assert (index.name, index.default_repositories) == (tmp_path.as_uri(), ("",))
    assert list(packages) == ["z-devel", "z-libs", "c-devel", "z-filters", "shell", "z"]
    assert packages["z-devel"].depends == (("libz.so.1()(64bit)",), ("pkgconfig(c)",), ("nosuch", "z-filters"))
    assert packages["z-devel"].provides == ("pkgconfig(z)",)
    assert packages["z-devel"].summary == "About z-devel & others"
    assert packages["z-libs"].provides == ("libz.so.1()(64bit)", "libz-compat")
    assert packages["shell"].provides == ("/bin/sh",)  # nobody requires /bin/other
    assert {package.repository for package in packages.values()} == {""}


@pytest.mark.parametrize("ending", [".gz", ".xz", ".bz2", ".zst", ""])
def test_files(tmp_path: Path, ending: str) -> None:
    write_rpm_repository(tmp_path, ending=ending)
    assert list(read(tmp_path).find_files(NAMES)) == [
        ("usr/include/z/z.h", ("z-devel",)),
        ("usr/lib64/libz.so", ("z-devel",)),
        ("usr/lib64/pkgconfig/z.pc", ("z-devel",)),
        ("usr/lib64/libz.so.1.3", ("z-libs",)),
        ("usr/bin/z", ("z",)),
    ]


def test_another_architecture(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path, [Built(name="z", architecture="aarch64", files=("/usr/bin/z",)), *DEFAULT])
    index = read(tmp_path, architecture="arm64")
    assert list(index.packages()) == ["z", "c-devel"]
    assert list(index.find_files(NAMES)) == [("usr/bin/z", ("z",))]


def test_the_newest_of_several_versions(tmp_path: Path) -> None:
    versions = [("0", "1.9"), ("0", "1.10"), ("1", "0.1"), ("0", "2~rc1")]
    built = [Built(name="z", epoch=epoch, version=version, files=(f"/{version}/z",)) for epoch, version in versions]
    write_rpm_repository(tmp_path, built)
    index = read(tmp_path)
    assert list(index.find_files(NAMES)) == [("0.1/z", ("z",))]
    assert index.packages()["z"].version == "1:0.1-1"


def test_an_epoch_of_nothing_is_not_written(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path, [Built(name="z", epoch="0", version="10:2")])
    assert read(tmp_path).packages()["z"].version == "10:2-1"


# where it is read


def test_a_mirror_of_all_repositories(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path / "releases/99/Everything/x86_64/os")
    write_rpm_repository(tmp_path / "updates/99/Everything/x86_64", [Built(name="z", version="2", files=("/opt/z",))])
    index = read(tmp_path)
    assert index.name == f"{tmp_path.as_uri()} (fedora, updates)"
    assert index.default_repositories == ("fedora", "updates")
    assert {name: package.repository for name, package in index.packages().items() if name.startswith("z")} == {
        "z-devel": "fedora",
        "z-libs": "fedora",
        "z-filters": "fedora",
        "z": "updates",
    }
    assert ("opt/z", ("z",)) in index.find_files(NAMES)
    assert ("usr/bin/z", ("z",)) not in index.find_files(NAMES)  # the updated package has it no more


@pytest.mark.parametrize(
    ("ecosystem", "baseos", "epel"),
    [
        ("rocky+9.4", "9.4/BaseOS/x86_64/os", "epel/9/Everything/x86_64"),
        ("almalinux+10", "10/BaseOS/x86_64/os", "epel/10/Everything/x86_64"),
        ("centos+9", "9-stream/BaseOS/x86_64/os", "epel"),
        ("rhel+9", "baseos", "epel"),
    ],
)
def test_repositories_that_are_not_on_by_themselves(tmp_path: Path, ecosystem: str, baseos: str, epel: str) -> None:
    write_rpm_repository(tmp_path / baseos, [Built(name="a")])
    write_rpm_repository(tmp_path / epel, [Built(name="a", version="2"), Built(name="b")])
    index = read(tmp_path, ecosystem)
    assert index.default_repositories == ("baseos",)
    assert {name: package.repository for name, package in index.packages().items()} == {"a": "baseos", "b": "epel"}


def test_the_distributions_own_addresses_are_vouched_for_by_tls(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path / "tumbleweed/repo/oss")
    write_rpm_repository(tmp_path / "distribution/leap/15.6/repo/oss")
    web = Web({"https://download.opensuse.org": tmp_path})
    for release in ("tumbleweed", "15.6"):
        index = open_index(make_source(None, f"opensuse+{release}", allow_unsigned=False, fetcher=web))
        assert index.name == "https://download.opensuse.org (oss)"
        assert "z-libs" in index.packages()


@pytest.mark.parametrize("other", ["https://mirror.example.org", "http://download.opensuse.org"])
def test_tls_does_not_vouch_for_where_a_redirection_leads(tmp_path: Path, other: str) -> None:
    write_rpm_repository(tmp_path / "tumbleweed/repo/oss")
    own = "https://download.opensuse.org"
    web = Web({own: tmp_path}, redirect=(own, other))
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source(None, "opensuse+tumbleweed", allow_unsigned=False, fetcher=web))
    assert str(caught.value) == "nobody vouches for `https://download.opensuse.org/tumbleweed/repo/oss`"


def test_every_default_address_is_encrypted(tmp_path: Path) -> None:
    for ecosystem in ("fedora+42", "rocky+9", "almalinux+9", "centos+9", "opensuse+15.6", "opensuse+tumbleweed"):
        web = Web({})
        with pytest.raises(FetchError, match=rf"has no repository of `{ecosystem.replace('+', '.')}` for `x86_64`"):
            open_index(make_source(None, ecosystem, fetcher=web))
        assert web.asked
        assert all(url.startswith("https://") and "{" not in url for url in web.asked)


def test_a_distribution_without_a_public_index() -> None:
    with pytest.raises(UsageError) as caught:
        open_index(make_source(None, "rhel+9"))
    assert str(caught.value) == "`rhel` has no public index"
    assert caught.value.hint == "name a mirror with `--from`"


def test_a_release_that_is_not_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`fedora` names no release"):
        read(tmp_path, "fedora")


def test_a_place_without_repositories(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"`{tmp_path.as_uri()}` has no repository of `fedora+99` for `x86_64`"


def test_an_architecture_that_the_repository_does_not_have(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path, [Built(name="z")])
    with pytest.raises(FetchError) as caught:
        read(tmp_path, architecture="vax").packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}` has no packages for `vax`"


# what is not trusted


class Gpgv(RecordedHost):
    """A machine whose gpgv says the same of everything, and which remembers what it was shown."""

    def __init__(self, returncode: int) -> None:
        super().__init__()
        self.shown: list[bytes] = []
        self._returncode = returncode

    def run(self, argv, /, *, timeout=10.0, environ=None):  # type: ignore[no-untyped-def]
        from extdeps.child import Completed

        self.shown += [Path(path).read_bytes() for path in argv[3:]]
        return Completed(returncode=self._returncode, stdout="", stderr="gpgv: what it says\n")


def test_a_repository_that_nobody_vouches_for(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path)
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source(tmp_path, allow_unsigned=False))
    assert str(caught.value) == f"nobody vouches for `{tmp_path.as_uri()}`"
    assert caught.value.hint == "name the keys that sign it with `--keyring`; `--allow-unsigned` takes it all the same"


def test_a_repository_without_the_signature_that_is_asked_for(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path)
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source(tmp_path, allow_unsigned=False, keyring=f"{tmp_path}/keys.gpg"))
    assert str(caught.value) == f"`{tmp_path.as_uri()}` has no signature `repodata/repomd.xml.asc`"


def test_a_signature(tmp_path: Path) -> None:
    index = write_rpm_repository(tmp_path)
    index.with_name("repomd.xml.asc").write_bytes(b"signature")
    (tmp_path / "keys.gpg").write_bytes(b"keys")
    host = Gpgv(0)
    open_index(make_source(tmp_path, allow_unsigned=False, keyring=f"{tmp_path}/keys.gpg", host=host))
    assert host.shown == [b"keys", b"signature", index.read_bytes()]
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source(tmp_path, allow_unsigned=False, keyring=f"{tmp_path}/keys.gpg", host=Gpgv(2)))
    assert str(caught.value) == f"the signature of `{tmp_path.as_uri()}` is not trusted\ngpgv: what it says"


@pytest.mark.parametrize("name", ["primary.xml.gz", "filelists.xml.gz"])
def test_an_index_that_is_not_what_was_vouched_for(tmp_path: Path, name: str) -> None:
    write_rpm_repository(tmp_path)
    path = tmp_path / "repodata" / name
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(UntrustedIndexError) as caught:
        list(read(tmp_path).find_files(NAMES))
    assert str(caught.value) == f"`{path.as_uri()}` is not what the repository's repomd.xml says"


@pytest.mark.parametrize(
    ("algorithm", "is_known"), [("sha512", True), ("sha384", True), ("sha1", False), ("md5", False)]
)
def test_checksums(tmp_path: Path, algorithm: str, *, is_known: bool) -> None:
    write_rpm_repository(tmp_path, ending="")
    texts = {path.name: path.read_text() for path in (tmp_path / "repodata").glob("*s.xml")}
    primary = (tmp_path / "repodata/primary.xml").read_text()
    index = write_documents(tmp_path, {**texts, "primary.xml": primary}, algorithm=algorithm)
    if is_known:
        assert read(tmp_path).packages()
        return
    with pytest.raises(UntrustedIndexError) as caught:
        read(tmp_path).packages()
    assert str(caught.value) == f"`{index.as_uri()}` has no SHA-2 checksum of its `primary`"


# what is broken or hostile


@pytest.mark.parametrize(
    "path",
    [
        "../../secret",
        "repodata/%2e%2e/secret",
        "http://[",
        "file:///etc/passwd",
        "https://example.org/primary.xml.gz",
        "/etc/passwd",
        "",
    ],
)
def test_an_index_outside_of_the_repository(tmp_path: Path, path: str) -> None:
    index = write_rpm_repository(tmp_path)
    index.write_text(index.read_text().replace("repodata/primary.xml.gz", path))
    with pytest.raises(FetchError) as caught:
        read(tmp_path).packages()
    assert str(caught.value) == f"`{index.as_uri()}` names `{path}`, which is not in the repository"


def test_a_repository_without_filelists(tmp_path: Path) -> None:
    write_rpm_repository(tmp_path, ending="")
    index = write_documents(tmp_path, {"primary.xml": (tmp_path / "repodata/primary.xml").read_text()})
    with pytest.raises(FetchError) as caught:
        list(read(tmp_path).find_files(NAMES))
    assert str(caught.value) == f"`{index.as_uri()}` names no `filelists`"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not XML\nno element found: line 1, column 0"),
        ("<metadata>\n<package>", "is not XML\nno element found: line 2, column 9"),
        ("<metadata>\n<package></metadata>", "is not XML\nmismatched tag: line 2, column 11"),
        ("no such thing", "is not XML\nsyntax error: line 1, column 0"),
        ("<a>&evil;</a>", "is not XML\nundefined entity: line 1, column 3"),
        (
            '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',
            "declares a document type, which no index does",
        ),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "declares a document type, which no index does"),
        ("<a>" * 1_000, "is deeper than 32 elements"),
        ("<a>" + "text\r\n" * 2_000_000, "has a longer text than any index, in line "),
        ("<a b='" + "c" * 2_000_000, "has a longer text than any index, in line 1"),
        ("<package>\n<name>z</name>\n<arch>noarch</arch>\n</package>", "has a package without a name or checksum\nz"),
        ("<package><arch>noarch</arch></package>", "has a package without a name or checksum\n"),
    ],
)
def test_documents_that_cannot_be_understood(tmp_path: Path, text: str, message: str) -> None:
    write_documents(tmp_path, {"primary.xml.gz": text})
    with pytest.raises(FetchError) as caught:
        read(tmp_path).packages()
    assert str(caught.value).startswith(f"`{tmp_path.as_uri()}/repodata/primary.xml.gz` {message}")


def test_an_encoding_that_the_document_chooses_is_not_looked_up(tmp_path: Path) -> None:
    write_documents(tmp_path, {"primary.xml": '<?xml version="1.0" encoding="rot13"?><metadata/>'})
    with pytest.raises(FetchError, match="has no packages"):
        read(tmp_path).packages()


@pytest.mark.parametrize("content", [b"<html>\xff", b"\0\0\0", b"<!DOCTYPE html><html></html>"])
def test_a_repomd_that_is_none(tmp_path: Path, content: bytes) -> None:
    write_rpm_repository(tmp_path).write_bytes(content)
    with pytest.raises(FetchError, match=r"`file://.*/repodata/repomd\.xml` (is not XML|declares a document type)"):
        read(tmp_path)


def test_an_index_that_breaks_off(tmp_path: Path) -> None:
    index = write_rpm_repository(tmp_path)
    path = tmp_path / "repodata/primary.xml.gz"
    before = path.read_bytes()
    path.write_bytes(before[:-20])
    whole, broken = (hashlib.sha256(content).hexdigest() for content in (before, before[:-20]))
    index.write_text(index.read_text().replace(whole, broken))
    with pytest.raises(FetchError) as caught:
        read(tmp_path).packages()
    assert caught.value.message == f"`{path.as_uri()}` cannot be decompressed"


@given(st.data())
def test_any_document_has_an_answer(data: st.DataObject) -> None:
    """Bytes put anywhere into a document are read or refused."""
    position = data.draw(st.integers(0, len(PRIMARY)))
    inserted = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"<package>", b"</format>", b'<rpm:entry name="("/>'])
    )
    for kind in (iter_packages, iter_files):
        with suppress(FetchError):
            list(kind((PRIMARY[:position], inserted, PRIMARY[position:]), "x", ("noarch", "x86_64")))


def test_an_index_that_holds_too_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extdeps.curate.index.rpmmetadata._MAX_KEPT", 1024)
    with pytest.raises(FetchError) as caught:
        list(iter_packages((PRIMARY,), "x", ("x86_64",)))
    assert str(caught.value) == "`x` holds more names than any distribution has"


# the command


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_rpm_repository(tmp_path)
    mappings = [
        {"id": "dep:generic/z", "specs": {"host": ["z-devel"], "run": ["z-libs"]}},
        {"id": "dep:generic/gone", "specs": {"run": ["z-old"]}},
        {"id": "dep:generic/renamed", "specs": {"run": ["libz-compat"]}},
        {"id": "dep:generic/bare", "specs": {"run": ["c-devel"]}},
    ]
    probes: list[dict[str, object]] = [
        {"id": "dep:generic/z", "headers": ["z/z.h"], "libraries": ["z"], "pkg_config": ["z"]},
        {"id": "dep:generic/bare", "executables": ["z"]},
    ]
    definitions = [{"id": entry["id"]} for entry in mappings]
    write_catalogue(tmp_path / "mappings", definitions=definitions, probes=probes, mappings={"fedora": mappings})
    monkeypatch.chdir(tmp_path)
    assert main(["mapping", "verify", "fedora+99", "--from", str(tmp_path), "--allow-unsigned"]) == 1
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()[:-2]] == [
        "gone: `dep:generic/gone`: `z-old` does not exist",
        "gone: `dep:generic/renamed`: `libz-compat` does not exist; `z-libs` provides it",
        "not-shipped: `dep:generic/bare`: `c-devel` does not ship the executable that the run phase needs",
    ]
