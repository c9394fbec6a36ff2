"""What uv prints and logs, well made and malformed, and an index that it alone knows of."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from uv import find_uv_bin

from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.installer.uvdryrun import ask_uv, find_files
from extdeps.declaration.member import Member
from extdeps.declaration.named import Sources
from extdeps.fetch import Fetcher
from extdeps.host import LocalHost
from extdeps.interpreter import Interpreter
from support.archives import make_zip
from support.index import json_page, serve
from support.projects import Shelf, make_fields
from support.recorded import RecordedHost

DIGEST = "ab" * 32
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.11.2",
    platform="linux-x86_64",
    markers={"python_version": "3.11"},
)


def sources(place: Path) -> Sources:
    return Sources(
        host=LocalHost(),
        interpreter=PYTHON,
        libc=("glibc", "2.36"),
        configuration=PipConfiguration(indexes=(), find_links=(str(place),)),
        overlays=lambda _name: (),
        fetcher=Fetcher(),
    )


def test_the_lines_of_uv(tmp_path: Path) -> None:
    (tmp_path / "demo-1.0-py3-none-any.whl").write_bytes(make_zip({}))
    lines = [
        "Resolved 3 packages in 4ms",
        "Would install 3 packages",
        " + demo==1.0",
        " + elsewhere==2.0+cpu",
        " + wheel==1.0 (from file:///srv/a%20b/wheel-1.0-py3-none-any.whl)",
        f" + sdist==1.0 (from https://x.example/sdist-1.0.tar.gz#sha256={DIGEST})",
        " + tree==0.1 (from file:///srv/tree)",
        " ~ checkout @ git+https://x.example/y@0",
        " + odd",
        " - gone==1.0",
        "   + indented==1",
    ]
    base = f"file://{tmp_path}/demo-1.0-py3-none-any.whl"
    assert find_files(lines, sources(tmp_path)) == (
        Member(
            name="demo", version="1.0", kind="pure-wheel", file=IndexFile(name="demo-1.0-py3-none-any.whl", url=base)
        ),
        Member(name="elsewhere", version="2.0+cpu", kind="sdist"),
        Member(
            name="wheel",
            version="1.0",
            kind="pure-wheel",
            file=IndexFile(name="wheel-1.0-py3-none-any.whl", url="file:///srv/a%20b/wheel-1.0-py3-none-any.whl"),
        ),
        Member(
            name="sdist",
            version="1.0",
            kind="sdist",
            file=IndexFile(name="sdist-1.0.tar.gz", url="https://x.example/sdist-1.0.tar.gz", sha256=DIGEST),
        ),
        Member(name="tree", version="0.1", kind="sdist", directory="/srv/tree"),
        Member(name="checkout", version="", kind="sdist"),
        Member(name="odd", version="", kind="sdist"),
    )


_LOGGED = st.builds(
    "DEBUG {}: {}{}{}".format,
    st.sampled_from(["Adding direct dependency", "Adding transitive dependency for a==1", "Selecting", "Found"]),
    st.sampled_from(["a", "a[b]", "a==1 [compatible] (", "http://a/b/", ""]),
    st.sampled_from(["*", ">=1", ">=1, <1+", "<1 | >1", "<1 | >2", "===x", "~=1", "a-1.whl", "a-1.tar.gz", ""]),
    st.sampled_from(["", ")", ".metadata", ", <x"]),
)
_LINE = _LOGGED | st.builds(
    "{}{}{}{}".format,
    st.sampled_from([" + ", " ~ ", " - ", ""]),
    st.sampled_from(["a", "a.b", "", "-", "a==", "a==1", "a==x y", "a==1.*"]),
    st.sampled_from(["", " (from ", " @ "]),
    st.sampled_from(["", "file:///x)", "http://[", "x.whl)", "https://x/y.whl#sha256=0"]),
)


@given(st.lists(_LINE | st.text(max_size=8), max_size=6))
def test_every_line_can_be_read(lines: list[str]) -> None:
    quiet = Sources(
        host=RecordedHost(),
        interpreter=PYTHON,
        libc=("", ""),
        configuration=PipConfiguration(indexes=()),
        overlays=lambda _name: (),
        fetcher=None,
    )
    assert all(isinstance(member, Member) for member in find_files(lines, quiet))


LOG = """\
DEBUG Adding direct dependency: Demo[Fast]>=1, <3.dev0
DEBUG Adding direct dependency: leaf>=1.0, <1.0+
DEBUG Adding direct dependency: other<2.1 | >2.1
DEBUG Adding direct dependency: odd<3 | >=4
DEBUG Selecting: demo==2.0 [compatible] (demo-2.0-py3-none-any.whl)
DEBUG Adding transitive dependency for demo==2.0: leaf>=99
DEBUG Selecting: demo==1.0 [compatible] (demo-1.0.tar.gz)
DEBUG Adding transitive dependency for demo==1.0: demo==1.0
DEBUG Adding transitive dependency for demo==1.0: demo[fast]==1.0
DEBUG Adding transitive dependency for demo==1.0: leaf[some-more]*
DEBUG Adding transitive dependency for demo==1.0: other>=2
DEBUG Found fresh response for: https://x.example/files/leaf-1.0-py3-none-any.whl.metadata
DEBUG Selecting: leaf==1.0 [compatible] (leaf-1.0-py3-none-any.whl)
DEBUG Selecting: other==2.2 [compatible] (other-2.2.egg)
Would install 4 packages
 + demo==1.0
 + leaf==1.0
 + odd==1
 + other==2.2
"""


def test_what_uv_logs(tmp_path: Path) -> None:
    leaf = "leaf-1.0-py3-none-any.whl"
    assert find_files(LOG.splitlines(), sources(tmp_path)) == (
        Member(
            name="demo",
            version="1.0",
            kind="sdist",
            file=IndexFile(name="demo-1.0.tar.gz", url=""),
            extras=frozenset({"fast"}),
            is_requested=True,
            specifier=">=1,<3.dev0",
        ),
        Member(
            name="leaf",
            version="1.0",
            kind="pure-wheel",
            file=IndexFile(name=leaf, url=f"https://x.example/files/{leaf}", has_metadata=True),
            extras=frozenset({"some-more"}),
            is_requested=True,
            specifier="==1.0",
        ),
        Member(name="odd", version="1", kind="sdist", is_requested=True),
        Member(name="other", version="2.2", kind="sdist", is_requested=True, specifier=">=2,!=2.1"),
    )


def test_an_index_that_only_uv_knows_of(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    wheel, sdist = shelf.wheel("native"), shelf.sdist("native")
    rows: list[dict[str, object]] = [
        {"filename": path.name, "url": f"/files/{path.name}", "hashes": {}, "core-metadata": path is wheel}
        for path in (wheel, sdist)
    ]
    pages = {
        "/simple/native/": json_page(*rows),
        f"/files/{wheel.name}": ("application/zip", wheel.read_bytes()),
        f"/files/{wheel.name}.metadata": ("text/plain", make_fields("native", "1.0", []).encode()),
        f"/files/{sdist.name}": ("application/gzip", sdist.read_bytes()),
    }
    environ = {"PATH": str(Path(find_uv_bin()).parent), "HOME": str(tmp_path), "UV_CACHE_DIR": str(tmp_path / "uv")}
    place = ("--python", sys.executable, "--target", str(tmp_path / "empty"))
    lines: list[str] = []
    with serve(pages) as index:
        host = LocalHost({**environ, "UV_DEFAULT_INDEX": index.url})
        (found,) = ask_uv(host, "uv", (*place, "native"), sources(tmp_path / "nothing"), lines.append)
        url = f"{index.url.removesuffix('/simple')}/files/{wheel.name}"
        assert (found.kind, found.file) == ("pure-wheel", IndexFile(name=wheel.name, url=url, has_metadata=True))
        (built,) = ask_uv(host, "uv", (*place, "--no-binary=native", "native"), sources(tmp_path / "nothing"), print)
        assert built.kind == "sdist"
    assert f"Selecting: native==1.0 [compatible] ({wheel.name})" in lines
    assert not any(line.startswith("DEBUG") for line in lines), "what is shown while uv is at work"
