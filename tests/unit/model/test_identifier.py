"""DepURL: parsing, normalisation, and the exact text of every refusal."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.errors import RequirementError
from extdeps.model.identifier import DepURL, parse_depurl


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("dep:generic/zlib", "dep:generic/zlib"),
        ("dep:generic/zlib@>=1.2", "dep:generic/zlib"),
        ("dep:GENERIC/zlib", "dep:generic/zlib"),
        ("dep://generic/zlib", "dep:generic/zlib"),
        ("dep:github/Kitware/CMake", "dep:github/kitware/cmake"),
        ("dep:github/AbiWord/enchant", "dep:github/abiword/enchant"),
        ("dep:bitbucket/A/B", "dep:bitbucket/a/b"),
        ("dep:generic/XCB", "dep:generic/XCB"),
        ("dep:pypi/Foo_Bar", "dep:pypi/foo-bar"),
        ("dep:virtual/Compiler/C", "dep:virtual/compiler/c"),
        ("dep:virtual/interface/lapack@>=3.7.1", "dep:virtual/interface/lapack"),
        ("dep:golang/github.com/junegunn/fzf", "dep:golang/github.com/junegunn/fzf"),
        ("dep:generic/gtk%2B-3.0", "dep:generic/gtk+-3.0"),
        ("dep:generic/gtk+-3.0", "dep:generic/gtk+-3.0"),
        ("dep:generic/a%20b".replace("%20", "%2D"), "dep:generic/a-b"),
        ("dep:generic/x?arch=amd64&a=1", "dep:generic/x?a=1&arch=amd64"),
        ("dep:generic/x@1.0?a=1#sub/../dir", "dep:generic/x?a=1#sub/dir"),
        ("dep:cran/nat.nblast", "dep:cran/nat.nblast"),
    ],
)
def test_parses_and_normalises(text: str, identifier: str) -> None:
    url = parse_depurl(text)
    assert url.identifier == identifier
    assert parse_depurl(str(url)) == url


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("dep:generic/x@1.0", "==1.0"),
        ("dep:generic/x@==1.0", "==1.0"),
        ("dep:generic/x@>=1.0,<2", ">=1.0,<2"),
        ("dep:generic/x@%3E%3D1.0", ">=1.0"),
        ("dep:generic/x@>= 1.0 , < 2", ">=1.0,<2"),
        ("dep:generic/x@==1.2.*", "==1.2.*"),
        ("dep:generic/x@1.1.1w", "==1.1.1w"),
    ],
)
def test_version_range(text: str, constraints: str) -> None:
    assert ",".join(map(str, parse_depurl(text).constraints)) == constraints


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("generic/zlib", "`generic/zlib` does not start with `dep:`"),
        ("pkg:generic/zlib", "`pkg:generic/zlib` does not start with `dep:`"),
        ("dep:this-is-missing-the-type", "`dep:this-is-missing-the-type` has no type"),
        ("dep:", "`dep:` has no type"),
        ("dep:generic/", "`dep:generic/` has no name"),
        ("dep:generic/x/", "`dep:generic/x/` has no name"),
        ("dep:1x/y", "`1x` is not a type, in `dep:1x/y`"),
        ("dep:generic/a b", "`dep:generic/a b` has white space in its name"),
        ("dep:generic/a%0Ab", "`dep:generic/a%0Ab` has white space in its name"),
        ("dep:virtual/blas", "`dep:virtual/blas` has no namespace"),
        ("dep:virtual/a/b/c", "`dep:virtual/a/b/c` has no namespace"),
        ("dep:generic/x@", "`@` without a version, in `dep:generic/x@`"),
        (
            "dep:generic/x@~=1.0",
            "`~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=1.0`",
        ),
        (
            "dep:generic/x@!=1.0",
            "`!=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `!=1.0`",
        ),
        (
            "dep:generic/x@===1.0",
            "`===`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `===1.0`",
        ),
        (
            "dep:generic/x@>=1,2",
            "no operator in `2`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `>=1,2`",
        ),
        ("dep:generic/x@>=", "`` is not a version, in `>=`"),
        ("dep:generic/x@>=1.*", "`>=1.*`: only `==` takes a version that ends in `.*`"),
        ("dep:generic/x?a", "`a` is not a qualifier, in `dep:generic/x?a`"),
        ("dep:generic/x?a=1&A=2", "the qualifier `a` is given twice, in `dep:generic/x?a=1&A=2`"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(RequirementError) as caught:
        parse_depurl(text)
    assert caught.value.message == message
    assert pickle.loads(pickle.dumps(caught.value)).message == message


@given(st.text(max_size=60))
def test_never_fails_otherwise(text: str) -> None:
    try:
        url = parse_depurl(f"dep:{text}")
    except RequirementError:
        return
    assert isinstance(url, DepURL)
    assert parse_depurl(str(url)) == url
