"""Installed distributions."""

from extdeps.declaration.installed import iter_installed
from support.recorded import RecordedHost


def test_iterates_in_the_order_of_python() -> None:
    host = RecordedHost(
        files={
            "/a/lxml-6.0.dist-info/METADATA": "Name: lxml\nVersion: 6.0\n",
            "/a/lxml-6.0.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_17_x86_64\n",
            "/a/Demo_Pkg-1.0.dist-info/METADATA": "Name: Demo.Pkg\nVersion: 1.0\nRequires-External-Dep: git\n",
            "/a/Demo_Pkg-1.0.dist-info/WHEEL": "Tag: cp311-cp311-linux_x86_64\n",
            "/a/broken-1.dist-info/RECORD": "",
            "/b/lxml-5.0.dist-info/METADATA": "Name: lxml\nVersion: 5.0\n",
        }
    )
    found = list(iter_installed(host, ("/a", "/b")))
    assert [(item.name, item.version, item.kind) for item in found] == [
        ("demo-pkg", "1.0", "local-wheel"),
        ("lxml", "6.0", "platform-wheel"),
    ]
    assert found[0].declaration is not None
    assert found[0].declaration.is_built_here
    assert found[1].declaration is None
