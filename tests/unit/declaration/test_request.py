"""What an installer asks: every fault with its place, all of them at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.declaration.request import REQUEST_LIMIT, InstallerRequest, parse_request
from extdeps.errors import RequestError, UnknownProtocolError
from support.schemas import get_validator

KNOWN = "this release knows protocol 1"
ONE = {"requirement": "zlib>=1.2", "phase": "host", "requested_by": {"name": "spam"}}


def parse(document: object) -> InstallerRequest:
    return parse_request(json.dumps(document).encode())


def refuse(content: bytes) -> RequestError:
    with pytest.raises(RequestError) as caught:
        parse_request(content)
    return caught.value


def faults_of(**members: object) -> tuple[str, ...]:
    return refuse(json.dumps({"protocol": 1, "requirements": [], **members}).encode()).context


def faults_of_one(**members: object) -> tuple[str, ...]:
    return faults_of(requirements=[{**ONE, **members}])


def test_who_asks_for_what() -> None:
    spam = {"name": "spam", "version": "1.0", "kind": "sdist"}
    request = parse(
        {
            "protocol": 1,
            "requirements": [
                {"requirement": "zlib>=1.2", "phase": ["run", "host", "run"], "requested_by": spam},
                {"requirement": "zlib>=1.2", "phase": "host", "requested_by": {"name": "eggs"}, "origin": "METADATA"},
                {"requirement": "virtual:compiler/c", "phase": "build", "requested_by": spam},
            ],
            "consent": "plan",
            "python": "/usr/bin/python3",
            "target": "debian+12",
            "managers": ["conda", "apt"],
        }
    )
    spam_asks, eggs_asks = request.declarations
    assert (spam_asks.subject, spam_asks.taken, spam_asks.origin) == ("spam", "1.0, sdist", "the request")
    assert [(str(item.requirement), item.phase, item.key) for item in spam_asks.requirements] == [
        ("dep:generic/zlib@>=1.2", "host", "requirements[0]"),
        ("dep:generic/zlib@>=1.2", "run", "requirements[0]"),
        ("dep:virtual/compiler/c", "build", "requirements[2]"),
    ]
    assert spam_asks.notes == (
        "`virtual:compiler/c` is the spelling of PEP 725's 2023 draft; today it is `dep:virtual/compiler/c`",
    )
    assert (eggs_asks.subject, eggs_asks.taken, eggs_asks.origin) == ("eggs", "", "METADATA")
    assert (request.consent, request.python, request.target) == ("plan", "/usr/bin/python3", "debian+12")
    assert request.managers == ("conda", "apt")


def test_what_may_be_left_out_or_is_not_known() -> None:
    left_out = parse({"protocol": 1, "requirements": [ONE]})
    assert (left_out.consent, left_out.python, left_out.target, left_out.managers) == ("check", "", "", ())
    assert parse({"protocol": 1, "requirements": [{**ONE, "later": 1}], "later": {}}) == left_out
    nothing = {"consent": None, "python": None, "target": None, "managers": None}
    assert parse({"protocol": 1, "requirements": [{**ONE, "origin": None}], **nothing}) == left_out
    assert parse_request(b"\xef\xbb\xbf" + json.dumps({"protocol": 1, "requirements": [ONE]}).encode()) == left_out


@pytest.mark.parametrize(
    ("content", "message", "context"),
    [
        (b"", "the request is not JSON in UTF-8", ("Expecting value: line 1 column 1 (char 0)",)),
        (b"{'protocol': 1}", "the request is not JSON in UTF-8", None),
        (b'{"protocol": NaN}', "the request is not JSON in UTF-8", ("`NaN` is not JSON",)),
        (b'{"protocol": 1} {}', "the request is not JSON in UTF-8", ("Extra data: line 1 column 17 (char 16)",)),
        (
            b'"\xff"',
            "the request is not JSON in UTF-8",
            ("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",),
        ),
        (b"1" * 5000, "the request is not JSON in UTF-8", None),
        (b"[" * 200_000, "the request is nested too deeply", ()),
        (b" " * (REQUEST_LIMIT + 1), "the request is larger than 16 MiB", ()),
        (b"[]", "the request is an array, not an object", ()),
        (b"null", "the request is null, not an object", ()),
        (b"{}", "the request does not name its `protocol`", ()),
        (b'{"protocol": "1"}', "protocol: is a string, not an integer", ()),
        (b'{"protocol": true}', "protocol: is a boolean, not an integer", ()),
        (b'{"protocol": 1.0}', "protocol: is a number, not an integer", ()),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_no_request(content: bytes, message: str, context: tuple[str, ...] | None) -> None:
    error = refuse(content)
    assert (error.code, error.exit_code, error.message) == ("invalid-request", 3, message)
    assert context is None or error.context == context
    assert error.hint == (KNOWN if "protocol" in message else "")


def test_another_protocol_is_not_looked_into() -> None:
    error = refuse(b'{"protocol": 2, "requirements": 1}')
    assert type(error) is UnknownProtocolError
    assert (error.code, error.exit_code) == ("unknown-protocol", 3)
    assert (error.message, error.context, error.hint) == ("protocol 2 is not known", (), KNOWN)


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"requirements": None}, "requirements: is missing"),
        ({"requirements": {}}, "requirements: is an object, not an array of objects"),
        ({"requirements": ["zlib"]}, "requirements[0]: is a string, not an object"),
        ({"consent": "yes"}, "consent: `yes` is none of check, plan and install"),
        ({"consent": ""}, "consent: is empty"),
        ({"consent": True}, "consent: is a boolean, not a string"),
        ({"python": 3}, "python: is a number, not a string"),
        ({"python": "a\nb"}, "python: has characters that cannot be printed"),
        ({"target": ["debian"]}, "target: is an array, not a string"),
        ({"managers": "apt"}, "managers: is a string, not an array of strings"),
        ({"managers": ["apt", None]}, "managers[1]: is missing"),
        ({"managers": [""]}, "managers[0]: is empty"),
    ],
)
def test_a_fault(members: dict[str, object], fault: str) -> None:
    assert faults_of(**members) == (fault,)


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"requirement": None}, "requirements[0].requirement: is missing"),
        ({"requirement": ""}, "requirements[0].requirement: is empty"),
        ({"requirement": 1}, "requirements[0].requirement: is a number, not a string"),
        ({"requirement": "\ud800"}, "requirements[0].requirement: has characters that cannot be printed"),
        (
            {"requirement": "a/b"},
            "requirements[0].requirement: `a/b` is neither a short name with a version range nor a `dep:` URL",
        ),
        ({"requirement": " "}, "requirements[0].requirement: ` ` names nothing"),
        ({"phase": None}, "requirements[0].phase: is missing"),
        ({"phase": 1}, "requirements[0].phase: is a number, not a string"),
        ({"phase": []}, "requirements[0].phase: names no phase"),
        ({"phase": "link"}, "requirements[0].phase: `link` is not a phase; the phases are build, host and run"),
        (
            {"phase": ["run", "link"]},
            "requirements[0].phase[1]: `link` is not a phase; the phases are build, host and run",
        ),
        ({"phase": [None]}, "requirements[0].phase[0]: is missing"),
        ({"requested_by": None}, "requirements[0].requested_by: is missing"),
        ({"requested_by": "spam"}, "requirements[0].requested_by: is a string, not an object"),
        ({"requested_by": {}}, "requirements[0].requested_by.name: is missing"),
        (
            {"requested_by": {"name": "spam", "version": 1}},
            "requirements[0].requested_by.version: is a number, not a string",
        ),
        (
            {"requested_by": {"name": "spam", "kind": {}}},
            "requirements[0].requested_by.kind: is an object, not a string",
        ),
        ({"origin": 1}, "requirements[0].origin: is a number, not a string"),
    ],
)
def test_a_fault_of_a_requirement(members: dict[str, object], fault: str) -> None:
    assert faults_of_one(**members) == (fault,)


def test_all_faults_at_once() -> None:
    wrong = {"requirement": "zlib>=", "phase": "link", "requested_by": {}}
    error = refuse(json.dumps({"protocol": 1, "requirements": [ONE, wrong], "consent": "yes"}).encode())
    assert str(error) == (
        "the request has 4 faults\n"
        "requirements[1].requested_by.name: is missing\n"
        "requirements[1].phase: `link` is not a phase; the phases are build, host and run\n"
        "requirements[1].requirement: `` is not a version, in `>=`\n"
        "consent: `yes` is none of check, plan and install"
    )
    assert refuse(b'{"protocol": 1}').message == "the request has 1 fault"


JSON = st.sampled_from([None, True, 0, 1.5, "", "x", [], {}, [None], ["x"], {"name": "x"}, {"x": [1]}])
TEXTS = st.sampled_from(["zlib", "dep:generic/gdal@>=3", "a/b", "", "spam", "\x1b[31m", "build", "host", "link"])
REQUESTS = st.fixed_dictionaries(
    {"protocol": st.sampled_from([1, 1, 1, 2, "1", None])},
    optional={
        "requirements": JSON
        | st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "requirement": TEXTS | JSON,
                    "phase": TEXTS | st.lists(TEXTS, max_size=3) | JSON,
                    "requested_by": st.fixed_dictionaries({}, optional={"name": TEXTS | JSON, "kind": JSON}) | JSON,
                    "origin": JSON,
                },
            )
            | JSON,
            max_size=3,
        ),
        "consent": st.sampled_from(["check", "plan", "install"]) | JSON,
        "managers": st.lists(TEXTS, max_size=2) | JSON,
    },
)


@given(REQUESTS)
def test_what_is_taken_follows_the_schema(document: dict[str, Any]) -> None:
    """Whatever is not refused is valid; the schema alone cannot tell whether a requirement can be parsed."""
    try:
        request = parse(document)
    except RequestError as error:
        assert error.message  # noqa: PT017
        return
    given_members = {key: value for key, value in document.items() if value is not None or key == "requirements"}
    assert list(get_validator("helper-request").iter_errors(given_members)) == []
    asked = {id(item) for declaration in request.declarations for item in declaration.requirements}
    assert len(asked) >= len(document["requirements"])


@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_refused_by_one_error(content: bytes) -> None:
    with pytest.raises(RequestError):
        parse_request(content)
