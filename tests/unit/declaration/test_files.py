"""sdists, wheels and Core Metadata."""

import io
import tarfile

import pytest

from extdeps.declaration import archive
from extdeps.declaration.filekind import classify_file
from extdeps.declaration.metadata import parse_metadata
from extdeps.declaration.sdist import read_sdist
from extdeps.declaration.wheel import read_wheel
from extdeps.errors import ArchiveError, DeclarationError
from support.archives import make_tar, make_zip

PYPROJECT = '[project]\nname = "demo"\nversion = "1.0"\n[external]\nhost-requires = ["zlib>=1.2"]\n'
PKG_INFO = "Metadata-Version: 2.5\nName: demo\nVersion: 1.0\nRequires-External-Dep: dep:generic/git\n"


@pytest.mark.parametrize("make", [make_tar, make_zip])
def test_sdist(make) -> None:  # type: ignore[no-untyped-def]
    name = "demo-1.0.tar.gz" if make is make_tar else "demo-1.0.zip"
    found = read_sdist(
        make({"demo-1.0/pyproject.toml": PYPROJECT, "demo-1.0/PKG-INFO": PKG_INFO}), name=name, subject=name
    )
    assert (found.name, found.version) == ("demo", "1.0")
    assert found.declaration is not None
    assert [str(item.requirement) for item in found.declaration.requirements] == ["dep:generic/zlib@>=1.2"]
    assert found.declaration.phases == ("build", "host", "run")
    assert found.declaration.origin == f"{name}: demo-1.0/pyproject.toml"


def test_nested_pyproject_is_not_the_projects() -> None:
    content = make_tar(
        {"demo-1.0/PKG-INFO": "Name: demo\nVersion: 1.0\n", "demo-1.0/vendor/x/pyproject.toml": PYPROJECT}
    )
    assert read_sdist(content, name="demo-1.0.tar.gz", subject="demo").declaration is None


def test_sdist_without_table_falls_back_to_its_metadata() -> None:
    content = make_tar({"demo-1.0/pyproject.toml": "[project]\nname='demo'", "demo-1.0/PKG-INFO": PKG_INFO})
    declaration = read_sdist(content, name="demo-1.0.tar.gz", subject="demo").declaration
    assert declaration is not None
    assert [(item.phase, str(item.requirement)) for item in declaration.requirements] == [("run", "dep:generic/git")]


def test_wheel() -> None:
    found = read_wheel(
        make_zip({"demo-1.0.dist-info/METADATA": PKG_INFO}), name="demo-1.0-py3-none-any.whl", subject="d"
    )
    assert found.declaration is not None
    assert found.declaration.phases == ("run",)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"nothing", "x-1.tar.gz", "`x-1.tar.gz` is damaged"),
        (b"nothing", "x-1.zip", "`x-1.zip` is damaged"),
        (make_tar({"x-1/PKG-INFO": "Name: x" * 99})[:-20], "x-1.tar.gz", "`x-1.tar.gz` is damaged"),
        (
            make_tar({"readme": "x"}),
            "x-1.tar.gz",
            "`x-1.tar.gz` is not an sdist: it has neither PKG-INFO nor pyproject.toml at its top level",
        ),
        (
            make_tar({"x-1/pyproject.toml": b" " * (archive.MAX_MEMBER_BYTES + 1)}),
            "x-1.tar.gz",
            "`x-1.tar.gz`: `x-1/pyproject.toml` is larger than 16 MiB",
        ),
        (
            make_zip({"x-1/pyproject.toml": b" " * (archive.MAX_MEMBER_BYTES + 1)}),
            "x-1.zip",
            "`x-1.zip`: `x-1/pyproject.toml` is larger than 16 MiB",
        ),
    ],
    ids=["no-tar", "no-zip", "breaks-off", "nothing-in-it", "large-in-tar", "large-in-zip"],
)
def test_bad_sdist(content: bytes, name: str, message: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_sdist(content, name=name, subject=name)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x", "`w.whl` is damaged"),
        (make_zip({"a": "b"}), "`w.whl` is not a wheel: it has no METADATA files"),
        (
            make_zip({"a-1.dist-info/METADATA": "", "b-1.dist-info/METADATA": ""}),
            "`w.whl` is not a wheel: it has 2 METADATA files",
        ),
    ],
)
def test_bad_wheel(content: bytes, message: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_wheel(content, name="w.whl", subject="w")
    assert caught.value.message == message


def test_links_and_devices_in_an_sdist_are_not_followed() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        link = tarfile.TarInfo("demo-1.0/pyproject.toml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        data = PKG_INFO.encode()
        info = tarfile.TarInfo("demo-1.0/PKG-INFO")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    found = read_sdist(buffer.getvalue(), name="demo-1.0.tar.gz", subject="demo")
    assert found.declaration is not None
    assert found.declaration.origin.endswith("PKG-INFO")


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    files = {f"x-1/{index}": "" for index in range(4)}
    for content, name in ((make_tar(files), "x-1.tar.gz"), (make_zip(files), "x-1.zip")):
        with pytest.raises(ArchiveError) as caught:
            read_sdist(content, name=name, subject="x")
        assert caught.value.message == f"`{name}` has more than 3 members"


def test_metadata_with_extras_and_markers() -> None:
    content = (
        "Name: navis\nVersion: 1.4\nProvides-External-Extra: Nat_R\n"
        "Requires-External-Dep: dep:cran/nat; extra == 'nat-r'\n"
        'Requires-External-Dep: dep:generic/git; sys_platform == "linux"\n\nA description: with colons\n'
    )
    declaration = parse_metadata(content.encode(), subject="navis", origin="METADATA").declaration
    assert declaration is not None
    assert declaration.extras == ("nat-r",)
    assert [(item.extra, item.key) for item in declaration.requirements] == [
        ("nat-r", "Requires-External-Dep[0]"),
        ("", "Requires-External-Dep[1]"),
    ]


def test_obsolete_field_is_understood_as_far_as_it_goes() -> None:
    content = (
        "Name: x\nRequires-External: libpng (>=1.5)\nRequires-External: make; os_name == 'posix'\n"
        "Requires-External: a library\n"
    )
    declaration = parse_metadata(content.encode(), subject="x", origin="METADATA").declaration
    assert declaration is not None
    assert [str(item.requirement) for item in declaration.requirements] == [
        "dep:generic/libpng@>=1.5",
        "dep:generic/make; os_name == 'posix'",
    ]
    assert declaration.notes == (
        "METADATA: Requires-External[2]: `a library` cannot be understood (the field is obsolete)",
    )


def test_wrong_requirement_in_metadata() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_metadata(b"Name: x\nRequires-External-Dep: dep:x\n", subject="x", origin="METADATA")
    assert caught.value.context == ("METADATA: Requires-External-Dep[0]: `dep:x` has no type",)


def test_metadata_without_external_fields_declares_nothing() -> None:
    assert parse_metadata(b"Name: x\nVersion: 1\n", subject="x", origin="METADATA").declaration is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a-1.tar.gz", "sdist"),
        ("a-1.zip", "sdist"),
        ("a-1-py3-none-any.whl", "pure-wheel"),
        ("a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "platform-wheel"),
        ("a-1-cp311-cp311-linux_x86_64.whl", "local-wheel"),
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", "platform-wheel"),
        ("a.txt", None),
    ],
)
def test_kind_of_a_file(name: str, kind: str | None) -> None:
    assert classify_file(name) == kind


def test_a_header_that_would_fill_the_memory() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        member = tarfile.TarInfo("x-1/PKG-INFO")
        member.pax_headers = {"comment": "x" * (archive.MAX_MEMBER_BYTES + 512)}
        tar.addfile(member)
    with pytest.raises(ArchiveError) as caught:
        read_sdist(buffer.getvalue(), name="x-1.tar.gz", subject="x")
    assert caught.value.message == "`x-1.tar.gz` is damaged"
    assert caught.value.context[0].startswith("a header of ")


def test_an_archive_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", 10)
    with pytest.raises(ArchiveError) as caught:
        read_sdist(b"x" * 11, name="x-1.tar.gz", subject="x")
    assert caught.value.message == "`x-1.tar.gz` is larger than 0 GiB"


def test_many_members_that_are_small_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_READ_BYTES", 30)
    files = {f"x-1/{index}": "x" * 10 for index in range(4)}
    for content, name in ((make_tar(files), "x-1.tar.gz"), (make_zip(files), "x-1.zip")):
        assert len(archive.read_members(content, name, lambda path: path != "x-1/0")) == 3
        with pytest.raises(ArchiveError) as caught:
            archive.read_members(content, name, lambda _: True)
        assert caught.value.message == f"`{name}`: more than 0 MiB would be read"
