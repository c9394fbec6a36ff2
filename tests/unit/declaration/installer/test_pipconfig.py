"""How pip is configured."""

import pytest

from extdeps.declaration.installer.pipconfig import FormatControl, read_pip_configuration
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/venv/bin/python", prefix="/venv", base_prefix="/usr", version="3.11.2")


def test_defaults() -> None:
    configuration = read_pip_configuration(RecordedHost(), PYTHON)
    assert configuration.indexes == ("https://pypi.org/simple",)
    assert configuration.formats == FormatControl()


def test_files_then_environment_then_arguments() -> None:
    host = RecordedHost(
        files={
            "/etc/pip.conf": "[global]\nindex-url = https://one/simple\ncert = /a.pem\n",
            "/home/me/.config/pip/pip.conf": "[install]\nno-binary = lxml\nindex_url = https://two/simple\n",
            "/venv/pip.conf": "[global]\nextra-index-url =\n  https://three/simple\n  https://four/simple\n",
        },
        environ={"HOME": "/home/me", "PIP_FIND_LINKS": "/wheels", "PIP_NO_BINARY": "h5py"},
    )
    configuration = read_pip_configuration(host, PYTHON, {"no-binary": ("Psycopg2",), "pre": ("",)})
    assert configuration.indexes == ("https://two/simple", "https://three/simple", "https://four/simple")
    assert configuration.find_links == ("/wheels",)
    assert configuration.formats.no_binary == {"h5py", "psycopg2"}
    assert configuration.certificates == "/a.pem"
    assert configuration.prereleases


def test_named_file_and_none() -> None:
    files = {"/x.conf": "[global]\nindex-url = https://x/simple\n", "/etc/pip.conf": "[global]\nno-index = yes\n"}
    named = RecordedHost(files=files, environ={"PIP_CONFIG_FILE": "/x.conf"})
    assert read_pip_configuration(named, PYTHON).indexes == ()
    none = RecordedHost(files=files, environ={"PIP_CONFIG_FILE": "/dev/null"})
    assert read_pip_configuration(none, PYTHON).indexes == ("https://pypi.org/simple",)


def test_broken_file_is_passed_over() -> None:
    host = RecordedHost(files={"/etc/pip.conf": "index-url = no section\n"})
    assert read_pip_configuration(host, PYTHON).indexes == ("https://pypi.org/simple",)


@pytest.mark.parametrize(
    ("no_binary", "only_binary", "wheel", "sdist"),
    [
        ((), (), True, True),
        ((":all:",), (), False, True),
        (("lxml",), (), False, True),
        (("other",), (), True, True),
        ((), (":all:",), True, False),
        ((), ("lxml",), True, False),
        ((":all:",), ("lxml",), True, False),
        ((":all:", ":none:"), (), True, True),
        (("lxml,other",), (), False, True),
        (("LXML",), (), False, True),
    ],
)
def test_formats(no_binary: tuple[str, ...], only_binary: tuple[str, ...], wheel: bool, sdist: bool) -> None:
    arguments = {"no-binary": no_binary, "only-binary": only_binary}
    formats = read_pip_configuration(RecordedHost(), PYTHON, arguments).formats
    assert formats.allows("lxml", wheel=True) == wheel
    assert formats.allows("lxml", wheel=False) == sdist
