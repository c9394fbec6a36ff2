"""Capabilities that people define: real providers, run in real child processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extdeps.accelerator.capabilities import list_capabilities
from extdeps.accelerator.definer import OWN_WORDS, Definer, run_provider
from extdeps.accelerator.overrides import CAPABILITIES
from extdeps.host import LocalHost, RootHost
from extdeps.model.accelerator import Accelerators, Cpu, Loader
from extdeps.model.definition import Definition, Provider, Settled

GOOD = """
class Site:
    name = "site"
    def capabilities(self):
        print("a word to a person")
        return {"site.mpi": ["openmpi", "mpich"], "site.queue": "long", "site.gpfs": []}
provider = Site()
"""


def provide(place: Path, code: str, reference: str = "provider", name: str = "site") -> Provider:
    """A provider in a file; each start of it leaves a line in `runs`."""
    path = place / f"{name}.py"
    path.write_text(f"open({str(place / 'runs')!r}, 'a').write('x\\n')\n{code}")
    return Provider(name=name, reference=f"{path}:{reference}", source="/c.toml")


def returning(expression: str) -> str:
    return f"class Site:\n    name = 'site'\n    def capabilities(self):\n        return {expression}\n"


def runs(place: Path) -> int:
    path = place / "runs"
    return path.read_text().count("\n") if path.exists() else 0


def define(provider: Provider | None = None, *, allowed: tuple[str, ...] = ("site",)) -> Definer:
    settled = Settled(providers=(provider,) if provider else (), allowed=allowed)
    return Definer(lambda: settled, LocalHost(), find_offered=tuple)


def test_what_a_provider_tells(tmp_path: Path) -> None:
    definer = define(provide(tmp_path, GOOD))
    assert runs(tmp_path) == 0
    assert definer.find("site.mpi") == frozenset({"openmpi", "mpich"})
    assert definer.find("site.queue") == frozenset({"long"})
    assert definer.find("site.gpfs") == frozenset()
    assert definer.find("site.nosuch") is None
    assert (runs(tmp_path), definer.notes) == (1, ())


@pytest.mark.parametrize("reference", ["Site", "Site.made"])
def test_a_class_and_a_dotted_object(tmp_path: Path, reference: str) -> None:
    provider = provide(tmp_path, returning("{'site.mpi': ('a', 'b')}") + "Site.made = Site()\n", reference)
    assert run_provider(provider, LocalHost()) == ({"site.mpi": frozenset("ab")}, "")


def test_a_module(tmp_path: Path) -> None:
    package = tmp_path / "acme_site"
    package.mkdir()
    (package / "__init__.py").write_text(GOOD)
    provider = Provider(name="site", reference="acme_site:provider", source="acme 1.0")
    found, note = run_provider(provider, LocalHost({**os.environ, "PYTHONPATH": str(tmp_path)}))
    assert (found["site.queue"], note) == (frozenset({"long"}), "")


def test_a_module_of_the_current_directory_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_stranger.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    provider = Provider(name="site", reference="acme_stranger:provider", source="/c.toml")
    assert run_provider(provider, LocalHost()) == (
        {},
        "the provider failed: ModuleNotFoundError: No module named 'acme_stranger'",
    )


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("raise RuntimeError('no\\nlicence')", "the provider failed: RuntimeError: no licence"),
        ("raise SystemExit", "the provider failed: SystemExit"),
        ("raise ValueError(chr(0xD800))", "the provider failed: ValueError: ?"),
        ("import os; os.abort()", "the provider crashed (SIGABRT)"),
        ("import os; os.kill(os.getpid(), 11)", "the provider crashed (SIGSEGV)"),
        ("import os; os._exit(3)", "the provider ended with status 3 and no answer"),
        ("import os; os._exit(0)", "the provider gave no answer that can be read"),
        ("while True: pass", "the provider was ended: it took longer than 1 s"),
        ("while True: print('x' * 65536)", "the provider was ended: it printed more than 1 MiB"),
        (
            "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'{\"capabilities\": [1]}'); os._exit(0)\n"
            "    except OSError: pass",
            "the provider gave no answer that can be read",
        ),
        (
            "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'[' * 100000); os._exit(0)\n"
            "    except OSError: pass",
            "the provider gave no answer that can be read",
        ),
        ("pass", "the provider failed: AttributeError: module 'extdeps_capability_provider' has no attribute 'Site'"),
        ("syntax error", "the provider failed: SyntaxError: invalid syntax (site.py, line 2)"),
        ("raise ValueError('x' * 1000)", f"the provider failed: ValueError: {'x' * 288}..."),
    ],
)
def test_what_goes_wrong_in_a_child(tmp_path: Path, code: str, note: str) -> None:
    provider = provide(tmp_path, code, "Site")
    assert run_provider(provider, LocalHost(), timeout=1 if "True: pass" in code else 10) == ({}, note)


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("{'cuda.driver': '99'}", "the provider tells of `cuda.driver`, which is not a name below `site.`"),
        ("{'site': '1'}", "the provider tells of `site`, which is not a name below `site.`"),
        ("{'site.a': '1', 'other.a': '1'}", "the provider tells of `other.a`, which is not a name below `site.`"),
        ("{'site.': '1'}", "the provider tells of `site.`, which is not a name below `site.`"),
        ("{'site.a b': '1'}", "the provider tells of `site.a b`, which is not a name below `site.`"),
        ("{'site.a': 1}", "the provider failed: TypeError: 'int' object is not iterable"),
        ("{'site.a': [1]}", "the provider failed: TypeError: 1 is not a text"),
        ("{1: 'a'}", "the provider failed: TypeError: 1 is not a text"),
        ("{'site.a': '\\ud800'}", "the provider gave no answer that can be read"),
        ("{'site.\\ud800': 'a'}", "the provider gave no answer that can be read"),
        ("None", "the provider failed: AttributeError: 'NoneType' object has no attribute 'items'"),
        (
            "{'site.a': map(str, __import__('itertools').count())}",
            "the provider failed: ValueError: 'site.a' has more than 1000 values",
        ),
        (
            "{f'site.a{number}': 'x' for number in range(1001)}",
            "the provider failed: ValueError: it tells of more than 1000 capabilities",
        ),
    ],
)
def test_what_is_wrong_in_an_answer(tmp_path: Path, expression: str, note: str) -> None:
    assert run_provider(provide(tmp_path, returning(expression), "Site"), LocalHost()) == ({}, note)


def test_a_provider_that_calls_itself_otherwise(tmp_path: Path) -> None:
    provider = provide(tmp_path, GOOD, name="acme")
    assert run_provider(provider, LocalHost()) == (
        {},
        "the provider failed: ValueError: its name is 'site', not 'acme'",
    )


def test_threads_that_it_leaves_behind(tmp_path: Path) -> None:
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" + GOOD
    assert run_provider(provide(tmp_path, code), LocalHost(), timeout=10)[1] == ""


def test_a_fault_is_a_note(tmp_path: Path) -> None:
    definer = define(provide(tmp_path, "import os; os.abort()"))
    assert definer.find("site.mpi") is None
    assert definer.find("site.queue") is None
    assert definer.notes == ("capabilities of `site` are not known: the provider crashed (SIGABRT)",)
    assert runs(tmp_path) == 1


def test_what_is_not_allowed_is_not_run(tmp_path: Path) -> None:
    definer = define(provide(tmp_path, GOOD), allowed=("other",))
    assert definer.find("site.mpi") is None
    assert runs(tmp_path) == 0
    assert definer.notes == (
        "capabilities of `site` are not known: the provider in `/c.toml` is not among `allowed-providers`",
    )


def test_what_is_allowed_and_not_there() -> None:
    definer = define()
    assert definer.find("site.mpi") is None
    assert definer.notes == ("capabilities of `site` are not known: there is no such provider",)
    assert definer.describe().providers == (
        Provider(name="site", reference="", source="", is_allowed=True, note="there is no such provider"),
    )


def test_nobody_is_asked_of_what_is_ours_or_of_another_machine(tmp_path: Path) -> None:
    settled = Settled(features=(("mkl", "/etc/c.toml"),), providers=(provide(tmp_path, GOOD),), allowed=("site",))
    definer = Definer(lambda: settled, RootHost(str(tmp_path)), find_offered=lambda: pytest.fail("looked for"))
    assert definer.find("site.mpi") is None
    assert definer.find("system.features") == frozenset({"mkl"})
    assert [item.name for item in definer.describe().capabilities] == ["system.features"]
    assert definer.describe().providers == ()
    assert define().find("cuda.nosuch") is None
    assert runs(tmp_path) == 0


def test_distributions_are_looked_at_only_for_what_is_allowed(tmp_path: Path) -> None:
    looked = []
    offered = provide(tmp_path, GOOD)

    def find_offered() -> tuple[Provider, ...]:
        looked.append(1)
        return (offered,)

    definer = Definer(lambda: Settled(allowed=("site",)), LocalHost(), find_offered=find_offered)
    assert definer.find("other.thing") is None
    assert looked == []
    assert definer.find("site.queue") == frozenset({"long"})
    assert definer.find("site.mpi")
    assert (looked, definer.notes) == ([1], ())


def test_two_distributions_with_one_name(tmp_path: Path) -> None:
    offered = [Provider(name="site", reference="a:b", source=source) for source in ("evil 1", "acme 2")]
    definer = Definer(lambda: Settled(allowed=("site",)), LocalHost(), find_offered=lambda: offered)
    assert definer.find("site.queue") is None
    assert definer.notes == (
        "capabilities of `site` are not known: several distributions have such a provider: acme 2, evil 1",
    )


def test_everything_is_described(tmp_path: Path) -> None:
    own = provide(tmp_path, GOOD)
    offered = (
        Provider(name="acme", reference="acme:x", source="acme 1.0"),
        Provider(name="site", reference="y:z", source="y 2"),
    )
    settled = Settled(
        features=(("mkl", "/etc/c.toml"), ("cuda-11", "/etc/c.toml"), ("mkl", "/home/c.toml")),
        providers=(own,),
        allowed=("site",),
    )
    found = Definer(lambda: settled, LocalHost(), find_offered=lambda: offered).describe()
    assert found.capabilities == (
        Definition(name="system.features", values=("cuda-11", "mkl"), source="/etc/c.toml"),
        Definition(name="system.features", values=("mkl",), source="/home/c.toml"),
        Definition(name="site.gpfs", values=(), source="provider site"),
        Definition(name="site.mpi", values=("mpich", "openmpi"), source="provider site"),
        Definition(name="site.queue", values=("long",), source="provider site"),
    )
    assert [(item.name, item.source, item.is_allowed, item.note) for item in found.providers] == [
        ("acme", "acme 1.0", False, ""),
        ("site", "/c.toml", True, ""),
        ("site", "y 2", False, "a file names another"),
    ]


def test_the_words_that_are_ours() -> None:
    loaders = tuple(Loader(kind=kind) for kind in ("opencl", "vulkan", "level-zero"))
    told = list_capabilities(Accelerators(cpu=Cpu(architecture="x86_64"), loaders=loaders))
    assert {name.partition(".")[0] for name in (*told, *CAPABILITIES)} <= OWN_WORDS
