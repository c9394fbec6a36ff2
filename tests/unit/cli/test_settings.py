"""What a user has settled once, and what is said where it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.cli.settings import Settings, load_project_capabilities, load_settings, settings_path
from extdeps.errors import DocumentError

KEYS = (
    "the keys are manager, channels, prefix, capabilities, system-features, capability-providers and allowed-providers"
)


def load(place: Path, text: str) -> Settings:
    (place / "config.toml").write_text(text)
    return load_settings({"EXTDEPS_CONFIG": f"{place}/config.toml"})


def test_all_that_can_be_settled(tmp_path: Path) -> None:
    settings = load(tmp_path, 'manager = "conda"\nchannels = ["a", "https://x/b"]\nprefix = "envs/own"\n')
    assert settings == Settings(manager="conda", channels=("a", "https://x/b"), prefix=f"{tmp_path}/envs/own")
    assert load(tmp_path, 'prefix = "/opt/own"').prefix == "/opt/own"


def test_capabilities(tmp_path: Path) -> None:
    text = (
        '[capabilities]\ncuda-driver = "12.8"\n"rocm.arch" = "gfx90a"\ncuda.arch = "8.9"\nacme.fpga = "2"\nglibc = ""\n'
    )
    place = f"{tmp_path}/config.toml"
    assert load(tmp_path, text).capabilities == (
        ("cuda.driver", "12.8", place),
        ("rocm.arch", "gfx90a", place),
        ("cuda.arch", "8.9", place),
        ("acme.fpga", "2", place),
        ("glibc", "", place),
    )


def test_capabilities_of_a_project(tmp_path: Path) -> None:
    directory = str(tmp_path)
    assert load_project_capabilities(directory) == ()
    (tmp_path / "extdeps.toml").write_text('[capabilities]\ncuda-driver = "12.8"\n')
    assert load_project_capabilities(directory) == (("cuda.driver", "12.8", f"{directory}/extdeps.toml"),)


@pytest.mark.parametrize(
    ("text", "message", "hint", "context"),
    [
        ("manager = 'apt'", "`{}` has a key `manager` that nobody knows", "the key is capabilities", ()),
        ("capabilities = 1", "`capabilities` in `{}` must be a table", "", ()),
        ("capabilities.cuda-driver = true", "`capabilities.cuda-driver` in `{}` must be a text", "", ()),
        (
            "capabilities.cuda.driver = 12.8",
            "`capabilities.cuda.driver` in `{}` must be a text",
            'write it as `"12.8"`, since 12.10 as a number is 12.1',
            (),
        ),
        (
            "capabilities.cuda.driver = 'new'",
            "`cuda.driver` is a version such as `12.8`, not `new`",
            "",
            ("at `capabilities.cuda.driver` in `{}`",),
        ),
        (
            "capabilities.cuda-divers = '1'",
            "there is no capability `cuda-divers`; there are cuda.arch, cuda.driver",
            "",
            ("at `capabilities.cuda-divers` in `{}`",),
        ),
    ],
)
def test_what_is_wrong_in_a_project(
    tmp_path: Path, text: str, message: str, hint: str, context: tuple[str, ...]
) -> None:
    path = f"{tmp_path}/extdeps.toml"
    (tmp_path / "extdeps.toml").write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_project_capabilities(str(tmp_path))
    assert (caught.value.message, caught.value.hint) == (message.format(path), hint)
    assert caught.value.context == tuple(line.format(path) for line in context)


@pytest.mark.parametrize("text", ["", 'manager = ""\nchannels = []\nprefix = ""\n'])
def test_the_defaults(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings()


@pytest.mark.parametrize("environ", [{"EXTDEPS_CONFIG": ""}, {"EXTDEPS_CONFIG": "/nosuch"}, {"HOME": "/nosuch"}])
def test_where_there_are_none(environ: dict[str, str]) -> None:
    assert load_settings(environ) == Settings()


@pytest.mark.skipif("sys.platform != 'linux'")
def test_where_they_are() -> None:
    assert settings_path({"HOME": "/h"}) == "/h/.config/extdeps/config.toml"
    assert settings_path({"HOME": "/h", "XDG_CONFIG_HOME": "/c"}) == "/c/extdeps/config.toml"
    assert settings_path({"HOME": "/h", "EXTDEPS_CONFIG": "/e.toml"}) == "/e.toml"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "managr = 1",
            "`{}` has a key `managr` that nobody knows",
            KEYS,
        ),
        ("manager = 1", "`manager` in `{}` must be a text", ""),
        ("prefix = ['x']", "`prefix` in `{}` must be a text", ""),
        ("channels = 'x'", "`channels` in `{}` must be a list of names or addresses", ""),
        ("channels = ['']", "`channels` in `{}` must be a list of names or addresses", ""),
        ("channels = [1]", "`channels` in `{}` must be a list of names or addresses", ""),
        ("capabilities = []", "`capabilities` in `{}` must be a table", ""),
        ("manager =", "`{}` cannot be read", ""),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, text)
    assert (caught.value.message, caught.value.hint) == (message.format(f"{tmp_path}/config.toml"), hint)


@pytest.mark.parametrize("command", ["check", "install"])
def test_a_command_says_so(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("zebra = 1\n")
    monkeypatch.setenv("EXTDEPS_CONFIG", f"{tmp_path}/config.toml")
    assert main([command, "-d", "python"]) == 3
    assert capsys.readouterr().err == (
        f"error[invalid-document]: `{tmp_path}/config.toml` has a key `zebra` that nobody knows\n\nhint: {KEYS}\n"
    )


def test_the_manager_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text('manager = "nosuch"\n')
    monkeypatch.setenv("EXTDEPS_CONFIG", f"{tmp_path}/config.toml")
    assert main(["check", "-d", "python"]) == 2
    assert capsys.readouterr().err.startswith("error[usage]: `nosuch` is not a package manager\n")
    assert main(["check", "-d", "python", "--for", "pip"]) in (0, 1)
