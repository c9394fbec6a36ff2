"""Requirements in their two forms and in the old spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.errors import RequirementError
from extdeps.model.requirement import parse_requirement, requote_marker


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("gdal", "dep:generic/gdal"),
        ("gdal >=3.4", "dep:generic/gdal@>=3.4"),
        ("gdal>=3.4,<4", "dep:generic/gdal@>=3.4,<4"),
        ("gtk+-3.0>=3.24", "dep:generic/gtk+-3.0@>=3.24"),
        ("libpng16", "dep:generic/libpng16"),
        ("sigc++-2.0", "dep:generic/sigc++-2.0"),
        ("libxml-2.0 == 2.9.14", "dep:generic/libxml-2.0@==2.9.14"),
        ("dep:virtual/compiler/cxx@>=2017", "dep:virtual/compiler/cxx@>=2017"),
        ('cuda>=11; platform_machine == "x86_64"', 'dep:generic/cuda@>=11; platform_machine == "x86_64"'),
        ('dep:generic/x; platform_version == "a;b"', 'dep:generic/x; platform_version == "a;b"'),
        ("  gdal  ", "dep:generic/gdal"),
    ],
)
def test_lowered_to_a_depurl(text: str, lowered: str) -> None:
    requirement = parse_requirement(text)
    assert str(requirement) == lowered
    assert parse_requirement(str(requirement)) == requirement


@pytest.mark.parametrize(
    "text", ["gdal", "gdal>=3.4", "gtk+-3.0>=3.24,<4", "dep:cran/nat", "dep:virtual/interface/blas"]
)
def test_short_form(text: str) -> None:
    assert parse_requirement(text).format_short() == text


@pytest.mark.parametrize(
    ("text", "current"),
    [
        ("pkg:generic/openssl", "dep:generic/openssl"),
        ("virtual:compiler/c", "dep:virtual/compiler/c"),
        ("virtual:interface/lapack >=3.7.1", "dep:virtual/interface/lapack@>=3.7.1"),
        ("pkg:generic/openjpeg>=2.0", "dep:generic/openjpeg@>=2.0"),
    ],
)
def test_old_spelling_is_read_with_a_note(text: str, current: str) -> None:
    requirement = parse_requirement(text)
    assert str(requirement) == current
    assert requirement.note == f"`{text}` is the spelling of PEP 725's 2023 draft; today it is `{current}`"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`` names nothing"),
        ("  ; python_version > '3'", "`  ; python_version > '3'` names nothing"),
        ("gdal;", "`` is not an environment marker, in `gdal;`"),
        ("gdal; pyton == '3'", "`pyton == '3'` is not an environment marker, in `gdal; pyton == '3'`"),
        ("a b", "`a b` is neither a short name with a version range nor a `dep:` URL"),
        ("-libyaml", "`-libyaml` is neither a short name with a version range nor a `dep:` URL"),
        ("gdal~=3", "`~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=3`"),
        ("$(x)", "`$(x)` is neither a short name with a version range nor a `dep:` URL"),
        ("a/b", "`a/b` is neither a short name with a version range nor a `dep:` URL"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(RequirementError) as caught:
        parse_requirement(text)
    assert caught.value.message == message


def test_marker_is_evaluated_with_the_extras_asked_for() -> None:
    requirement = parse_requirement("gdal; extra == 'geo' and sys_platform == 'linux'")
    environment = {"sys_platform": "linux"}
    assert not requirement.applies(environment)
    assert requirement.applies(environment, frozenset({"geo", "other"}))
    assert not requirement.applies({"sys_platform": "win32"}, frozenset({"geo"}))


def test_requote() -> None:
    assert requote_marker("platform_system!='Windows'") == 'platform_system!="Windows"'
    assert requote_marker("""a == 'x"y'""") == """a == 'x"y'"""


@given(st.text(max_size=40))
def test_never_fails_otherwise(text: str) -> None:
    try:
        requirement = parse_requirement(text)
    except RequirementError:
        return
    assert parse_requirement(str(requirement)).url == requirement.url
