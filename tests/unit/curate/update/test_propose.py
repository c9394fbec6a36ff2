"""What an update would put in force, against an index on loopback."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from extdeps.curate.update.documents import Change
from extdeps.curate.update.propose import Proposal, propose
from extdeps.curate.update.store import Store
from extdeps.declaration.installer.pipconfig import FormatControl, PipConfiguration
from extdeps.declaration.named import Sources
from extdeps.errors import (
    AbsentAddressError,
    ArchiveError,
    DocumentError,
    ExtdepsError,
    FetchError,
    UntrustedIndexError,
    UsageError,
)
from extdeps.fetch import Fetcher
from extdeps.interpreter import Interpreter
from extdeps.resources import SHIPPED_VERSION
from support.datawheel import Pages, make_documents, make_mapping, make_pages, make_wheel
from support.index import serve
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.11.2")
ONE = make_wheel("1.0", make_documents("libz"))
TWO = make_wheel("2.0", make_documents("libz2"))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Place:
    """A user's data directory, and an index on loopback."""

    def __init__(self, root: Path) -> None:
        self.own = root / "own"
        self.own.mkdir()
        self.store = Store(str(root / "store"))
        self.asked: list[str] = []

    def propose(self, pages: Pages, *, address: str = "", sha256: str = "") -> Proposal:
        fetcher = Fetcher()
        with serve(pages) as index:
            configuration = PipConfiguration(
                indexes=(index.url,), formats=FormatControl(only_binary=frozenset({":all:"}))
            )
            sources = Sources(
                host=RecordedHost(),
                interpreter=PYTHON,
                libc=("", ""),
                configuration=configuration,
                overlays=lambda _: (),
                fetcher=fetcher,
            )
            address = address.format(url=index.url.removesuffix("/simple"))
            try:
                return propose(self.store, sources, fetcher, (str(self.own),), address=address, sha256=sha256)
            finally:
                self.asked = index.asked

    def update(self, pages: Pages, *, address: str = "", sha256: str = "") -> Proposal:
        proposal = self.propose(pages, address=address, sha256=sha256)
        with self.store.lock():
            self.store.install(proposal.version, proposal.documents)
        return proposal

    def read(self, name: str) -> str:
        return Path(self.store.documents_directory, name).read_text()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_newest_wheel(place: Place) -> None:
    proposal = place.update(make_pages({"1.0": ONE, "2.0": TWO}))
    assert (proposal.version, proposal.was) == ("2.0", SHIPPED_VERSION)
    assert proposal.origins == (("extdeps-2.0-py3-none-any.whl", digest(TWO)),)
    assert {change.document for change in proposal.changes} >= {"debian.mapping.json", "projects", "registry.json"}
    assert "libz2" in place.read("debian.mapping.json")
    assert place.asked == ["/simple/extdeps/", "/files/extdeps-2.0-py3-none-any.whl"]


def test_differences_are_to_what_is_in_force(place: Place) -> None:
    place.update(make_pages({"1.0": ONE}))
    proposal = place.propose(make_pages({"2.0": TWO}))
    assert proposal.changes == (Change(document="debian.mapping.json", added=0, changed=1, removed=0),)
    assert (proposal.version, proposal.was) == ("2.0", "1.0")


@pytest.mark.parametrize("newest", [SHIPPED_VERSION, "0.0.1"])
def test_what_is_no_newer_is_not_fetched(place: Place, newest: str) -> None:
    proposal = place.propose(make_pages({newest: make_wheel(newest, make_documents("libz"))}))
    assert (proposal.changes, proposal.origins, proposal.version) == ((), (), SHIPPED_VERSION)
    assert place.asked == ["/simple/extdeps/"]


def test_a_second_update_changes_nothing(place: Place) -> None:
    place.update(make_pages({"1.0": ONE}))
    proposal = place.propose(make_pages({"1.0": ONE}))
    assert (proposal.changes, proposal.origins, proposal.version) == ((), (), "1.0")


def failure(place: Place, pages: Pages, *, address: str = "", sha256: str = "") -> ExtdepsError:
    """The error of an update, after which the old documents are in force."""
    before = place.store.documents_directory
    with pytest.raises(ExtdepsError) as caught:
        place.update(pages, address=address, sha256=sha256)
    assert place.store.documents_directory == before
    return caught.value


@pytest.mark.parametrize("content", [TWO[:-100], TWO + b"x", TWO.replace(b"libz", b"evil"), b""])
def test_a_truncated_or_tampered_wheel(place: Place, content: bytes) -> None:
    place.update(make_pages({"1.0": ONE}))
    if content == TWO:
        content = TWO[:500] + b"x" + TWO[501:]
    error = failure(place, make_pages({"2.0": content}, digests={"2.0": digest(TWO)}))
    assert isinstance(error, UntrustedIndexError)
    assert error.message.endswith("/files/extdeps-2.0-py3-none-any.whl` is not what its digest says")
    assert error.context == (
        f"expected sha256:{digest(TWO)}",
        f"read {len(content)} bytes with sha256:{digest(content)}",
    )
    assert error.hint == "it is truncated, or somebody changed it; nothing was changed here"
    assert "libz" in place.read("debian.mapping.json")


def test_a_digest_that_is_given(place: Place) -> None:
    assert place.propose(make_pages({"2.0": TWO}), sha256=digest(TWO)).version == "2.0"
    error = failure(place, make_pages({"2.0": TWO}), sha256=digest(ONE))
    assert isinstance(error, UntrustedIndexError)
    assert error.context[0] == f"expected sha256:{digest(ONE)}"


def test_an_index_without_digests(place: Place) -> None:
    pages = make_pages({"2.0": TWO}, digests={"2.0": ""})
    error = failure(place, pages)
    assert isinstance(error, UntrustedIndexError)
    assert error.message.startswith("nobody vouches for `http://127.0.0.1:")
    assert error.context == ("the index gives no SHA-256 for it",)
    assert error.hint == "`--digest sha256:...` gives that of a wheel of extdeps"
    assert place.asked == ["/simple/extdeps/"]
    assert place.propose(pages, sha256=digest(TWO)).version == "2.0"
    assert isinstance(failure(place, pages, sha256=digest(ONE)), UntrustedIndexError)


def test_an_index_that_has_none(place: Place) -> None:
    error = failure(place, {})
    assert isinstance(error, AbsentAddressError)
    assert (error.message, error.context) == ("no index has a wheel of `extdeps`", ("the index has no file",))


def test_an_sdist_is_not_taken(place: Place) -> None:
    pages = make_pages({"2.0": TWO})
    kind, page = pages["/simple/extdeps/"]
    pages["/simple/extdeps/"] = (kind, page.replace(b"-py3-none-any.whl", b".tar.gz"))
    assert isinstance(failure(place, pages), AbsentAddressError)


def test_a_wheel_that_is_gone(place: Place) -> None:
    pages = make_pages({"2.0": TWO})
    del pages["/files/extdeps-2.0-py3-none-any.whl"]
    assert isinstance(failure(place, pages), FetchError)


@pytest.mark.parametrize(
    ("wheel", "message"),
    [
        (b"", "`extdeps-2.0-py3-none-any.whl` is damaged"),
        (TWO[:-100], "`extdeps-2.0-py3-none-any.whl` is damaged"),
        (
            make_wheel("2.0", {"README.md": "x"}),
            "`extdeps-2.0-py3-none-any.whl` has no `extdeps/mappings/registry.json`",
        ),
        (
            make_wheel("2.0", make_documents("libz"), root="mappings/"),
            "`extdeps-2.0-py3-none-any.whl` has no `extdeps/mappings/registry.json`",
        ),
    ],
)
def test_a_wheel_that_is_none_of_ours(place: Place, wheel: bytes, message: str) -> None:
    error = failure(place, make_pages({"2.0": wheel}))
    assert isinstance(error, ArchiveError)
    assert error.message == message


def test_a_bad_document_in_a_wheel_that_is_what_its_digest_says(place: Place) -> None:
    place.update(make_pages({"1.0": ONE}))
    wheel = make_wheel("2.0", make_documents("libz", further={"debian.mapping.json": make_mapping("-o")}))
    error = failure(place, make_pages({"2.0": wheel}))
    assert isinstance(error, DocumentError)
    assert error.message == "the documents of `extdeps-2.0-py3-none-any.whl` have 1 fault, and are not taken"
    assert error.context == ("debian.mapping.json:1: `dep:generic/z` names `-o`, which is no package name of debian",)


def test_files_of_the_wheel_that_are_no_documents_are_not_taken(place: Place) -> None:
    further = {"README.md": "x", "new-kind.json": "{", "projects/../../../evil.toml": "x"}
    place.update(make_pages({"2.0": make_wheel("2.0", make_documents("libz", further=further))}))
    assert sorted(os.listdir(place.store.documents_directory)) == [
        "debian.mapping.json",
        "known-ecosystems.json",
        "probes.json",
        "projects",
        "registry.json",
    ]


def test_a_wheel_by_address(place: Place) -> None:
    pages = {"/x/extdeps.whl": ("application/zip", TWO)}
    assert place.propose(pages, address="{url}/x/extdeps.whl", sha256=digest(TWO)).version == "2.0"
    assert place.propose(pages, address=f"{{url}}/x/extdeps.whl#sha256={digest(TWO)}").version == "2.0"
    assert isinstance(failure(place, pages, address="{url}/x/extdeps.whl"), UntrustedIndexError)
    assert place.asked == []


def test_a_wheel_by_its_file(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "with space+.whl"
    path.write_bytes(TWO)
    proposal = place.update({}, address=path.as_uri())
    assert proposal.origins == (("with space+.whl", digest(TWO)),)
    assert isinstance(failure(place, {}, address=path.as_uri(), sha256=digest(ONE)), UntrustedIndexError)
    assert place.propose({}, address=path.as_uri()).changes == ()
    path.write_bytes(ONE)
    error = failure(place, {}, address=path.as_uri())
    assert isinstance(error, UsageError)
    assert error.message == "`with space+.whl` is older than the documents of 2.0, which are in force"
    assert error.hint == "`extdeps mapping update --revert` goes back by one"


def test_a_wheel_of_another_project(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(make_wheel("2.0", {}, project="other"))
    error = failure(place, {}, address=path.as_uri())
    assert error.message == "`x.whl` is a wheel of `other`, not of `extdeps`"


def test_a_version_that_is_none(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(make_wheel("new", {}))
    assert failure(place, {}, address=path.as_uri()).message == "`x.whl`: its version `new` is none (PEP 440)"


def ecosystems(addresses: Mapping[str, str]) -> bytes:
    return make_wheel("2.0", make_documents("libz", ecosystems=addresses))


HURD = make_mapping("libz-hurd").encode()


def test_a_mapping_that_others_keep(place: Place) -> None:
    with serve({"/hurd.json": ("application/json", HURD)}) as other:
        root = other.url.removesuffix("/simple")
        addresses = {"hurd": f"{root}/hurd.json#sha256={digest(HURD)}", "plan9": f"{root}/plan9.json"}
        pages = make_pages({"2.0": ecosystems(addresses)})
        proposal = place.update(pages)
        assert place.read("hurd.mapping.json") == HURD.decode()
        assert proposal.unfetched == (("plan9", f"{root}/plan9.json"),)
        assert proposal.origins[1] == (f"{root}/hurd.json", digest(HURD))
        again = place.propose(pages)
        assert again.changes == ()
        assert other.asked == ["/hurd.json", "/hurd.json"]


def test_a_mapping_in_the_wheel_of_others(place: Place) -> None:
    theirs = make_wheel("3.1", {"a.json": HURD, "b.json": HURD}, project="their_maps", root="their_maps/data/")
    addresses = {
        "hurd": "pkg:pypi/their-maps#data/a.json",
        "exotic": "pkg:pypi/Their.Maps@3.1#their_maps/data/b.json",
    }
    pages = {**make_pages({"2.0": ecosystems(addresses)}), **make_pages({"3.1": theirs}, project="their-maps")}
    name = "/files/their-maps-3.1-py3-none-any.whl"
    kind, page = pages["/simple/their-maps/"]
    pages["/simple/their-maps/"] = (kind, page.replace(b"their-maps-3.1", b"their_maps-3.1"))
    pages[name.replace("their-maps", "their_maps")] = pages.pop(name)
    place.update(pages)
    assert place.read("hurd.mapping.json") == place.read("exotic.mapping.json") == HURD.decode()
    pages = make_pages({"2.0": ecosystems({"hurd": "pkg:pypi/their-maps@9#data/a.json"})})
    place.store = Store(place.store.directory + "2")
    assert failure(place, pages).message == "no index has a wheel of `their-maps==9`"


def test_a_mapping_of_others_that_was_changed(place: Place) -> None:
    with serve({"/hurd.json": ("application/json", HURD[:-5])}) as other:
        url = f"{other.url.removesuffix('/simple')}/hurd.json"
        error = failure(place, make_pages({"2.0": ecosystems({"hurd": f"{url}#sha256={digest(HURD)}"})}))
    assert isinstance(error, UntrustedIndexError)
    assert error.message == f"`{url}` is not what its digest says"


def test_a_file_that_the_wheel_of_others_has_not(place: Place) -> None:
    theirs = make_wheel("3.1", {}, project="their", root="their/")
    pages = {
        **make_pages({"2.0": ecosystems({"hurd": "pkg:pypi/their#no.json"})}),
        **make_pages({"3.1": theirs}, project="their"),
    }
    error = failure(place, pages)
    assert error.message == "`their-3.1-py3-none-any.whl` has no `no.json`"


def test_an_ecosystem_whose_name_is_a_path(place: Place) -> None:
    error = failure(place, make_pages({"2.0": ecosystems({"../x": "pkg:pypi/other#x.json"})}))
    assert error.message == "`known-ecosystems.json`: `../x` is not an ecosystem"


def test_the_users_own_list_of_ecosystems_counts(place: Place) -> None:
    content = '{"ecosystems": {"hurd": {"mapping": "%s"}}}'
    with serve({"/hurd.json": ("application/json", HURD)}) as other:
        address = f"{other.url.removesuffix('/simple')}/hurd.json#sha256={digest(HURD)}"
        known = place.own / "known-ecosystems.json"
        known.write_text(content % address)
        proposal = place.update(make_pages({SHIPPED_VERSION: ONE}))
    assert proposal.version == SHIPPED_VERSION  # only the mapping of others is new
    assert proposal.changes == (Change(document="hurd.mapping.json", added=1, changed=0, removed=0),)
    assert proposal.hidden == (str(known),)
    assert place.read("hurd.mapping.json") == HURD.decode()
    known.unlink()
    assert place.propose(make_pages({SHIPPED_VERSION: ONE})).changes == (
        Change(document="hurd.mapping.json", added=0, changed=0, removed=1),
    )


def test_documents_of_the_user_are_named(place: Place) -> None:
    mine = place.own / "debian.mapping.json"
    mine.write_text(make_mapping("mine"))
    assert place.update(make_pages({"2.0": TWO})).hidden == (str(mine),)
    assert "mine" in mine.read_text()
