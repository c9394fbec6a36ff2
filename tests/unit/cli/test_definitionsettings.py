"""What files say of capabilities that people define, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.cli.definitionsettings import load_system_definitions, merge, system_settings_paths
from extdeps.cli.settings import load_settings
from extdeps.errors import DocumentError
from extdeps.model.definition import Provider, Settled
from support.machines import Machine

ETC = "/etc/extdeps/config.toml"


def load(place: Path, text: str) -> Settled:
    (place / "config.toml").write_text(text)
    return load_settings({"EXTDEPS_CONFIG": f"{place}/config.toml"}).definitions


def test_all_that_a_user_can_say(tmp_path: Path) -> None:
    path = f"{tmp_path}/config.toml"
    text = (
        'system-features = ["mkl", "cuda-11", "mkl"]\nallowed-providers = ["site", "acme-lab"]\n'
        '[capability-providers]\nsite = "site.py"\nlocal = "/opt/x.py:Site.made"\nacme-lab = "acme.lab:provider"\n'
    )
    assert load(tmp_path, text) == Settled(
        features=(("mkl", path), ("cuda-11", path)),
        providers=(
            Provider(name="site", reference=f"{tmp_path}/site.py:provider", source=path),
            Provider(name="local", reference="/opt/x.py:Site.made", source=path),
            Provider(name="acme-lab", reference="acme.lab:provider", source=path),
        ),
        allowed=("site", "acme-lab"),
    )
    assert load(tmp_path, 'manager = "conda"') == Settled()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("system-features = 'mkl'", "`system-features` in `{}` must be a list of names", ""),
        (
            "system-features = ['mkl', 'a b']",
            "`system-features[1]` in `{}` must be one of the names of features, not 'a b'",
            "",
        ),
        ("system-features = [11]", "`system-features[0]` in `{}` must be one of the names of features, not 11", ""),
        ("allowed-providers = true", "`allowed-providers` in `{}` must be a list of names", ""),
        (
            "allowed-providers = ['*']",
            "`allowed-providers[0]` in `{}` must be one of the names of providers, not '*'",
            "",
        ),
        (
            "allowed-providers = ['cuda']",
            "`allowed-providers` in `{}` names `cuda`, of which extdeps itself tells",
            "give the provider another name",
        ),
        ("capability-providers = ['site']", "`capability-providers` in `{}` must be a table", ""),
        (
            "capability-providers.system = 'a:b'",
            "`capability-providers` in `{}` names `system`, of which extdeps itself tells",
            "give the provider another name",
        ),
        (
            "capability-providers.'a.b' = 'a:b'",
            "`capability-providers.a.b` in `{}`: `a.b` is not the name of a provider",
            "",
        ),
        *(
            (
                f"capability-providers.site = {value}",
                "`capability-providers.site` in `{}` must name an object",
                "write it as `package.module:object`, or as the path of a file, `site.py:object`",
            )
            for value in ("1", "'site'", "'a b:c'", "'.a:b'", "'site.py:'", "'a:b; c'")
        ),
    ],
)
def test_what_is_wrong_in_definitions(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, text)
    assert (caught.value.message, caught.value.hint) == (message.format(f"{tmp_path}/config.toml"), hint)


def test_where_an_administrator_declares(tmp_path: Path) -> None:
    assert system_settings_paths(Machine(tmp_path)) == (ETC, "/etc/xdg/extdeps/config.toml")
    listed = Machine(tmp_path, environ={"XDG_CONFIG_DIRS": "/etc/site/:relative::/etc"})
    assert system_settings_paths(listed) == (ETC, "/etc/site/extdeps/config.toml")
    assert system_settings_paths(Machine(tmp_path, system="Darwin")) == (
        "/Library/Application Support/extdeps/config.toml",
    )
    windows = Machine(tmp_path, environ={"ProgramData": "D:\\Data"}, system="Windows")
    assert system_settings_paths(windows) == ("D:/Data/extdeps/config.toml",)


def test_what_an_administrator_declares(tmp_path: Path) -> None:
    xdg = "/etc/xdg/extdeps/config.toml"
    host = Machine(
        tmp_path,
        {
            ETC: 'system-features = ["mkl"]\ncapability-providers.site = "site.py"\n',
            xdg: 'system-features = ["mkl", "avx"]\ncapability-providers.site = "other.py"\n',
        },
    )
    system = load_system_definitions(host)
    provider = Provider(name="site", reference="/etc/extdeps/site.py:provider", source=ETC)
    assert system == Settled(features=(("mkl", ETC), ("mkl", xdg), ("avx", xdg)), providers=(provider,))
    own = Provider(name="site", reference="mine:x", source="/c")
    assert merge(Settled(providers=(own,), allowed=("site",)), system).providers == (own,)
    assert load_system_definitions(Machine(tmp_path / "none")) == Settled()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            'allowed-providers = ["site"]',
            f"`{ETC}` has a key `allowed-providers`, which is for each user to say",
            "write it into the `extdeps/config.toml` of your own configuration directory",
        ),
        (
            'manager = "apt"',
            f"`{ETC}` has a key `manager` that nobody knows",
            "the keys of a whole system are system-features and capability-providers",
        ),
        ("system-features = 1", f"`system-features` in `{ETC}` must be a list of names", ""),
        ("system-features =", f"`{ETC}` cannot be read", ""),
        (b"\xff", f"`{ETC}` cannot be read", ""),
    ],
)
def test_what_an_administrator_got_wrong(tmp_path: Path, text: str | bytes, message: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_system_definitions(Machine(tmp_path, {ETC: text}))
    assert (caught.value.message, caught.value.hint) == (message, hint)
