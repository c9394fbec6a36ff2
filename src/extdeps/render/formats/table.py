"""Every format of a plan beside the table and JSON, and what has to be planned for it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan
    from extdeps.model.requirement import Phase


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Args:
        target: the function that writes it, of one plan for each member of `phases` of each target, in that order.
        families: the ecosystems that it can be written for, without release; for any where there is none.
        default: the targets that it is written for where the machine's own ecosystem is none of the families.
        phases: the phases that each plan is made for; an empty one for those that each subject needs.
        is_of_machine: whether it is about what this machine has and lacks; else about all that is needed on an
            empty one.
        is_joint: whether one file serves several targets at once, by itself all of `default`.
    """

    target: str
    families: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    phases: tuple[tuple[Phase, ...], ...] = ((),)
    is_of_machine: bool = False
    is_joint: bool = False

    def render(self, plans: tuple[Plan, ...]) -> str:
        """Write plans as a file of this format, with its last newline."""
        module, _, function = self.target.partition(":")
        text: str = getattr(import_module(module), function)(plans)
        return text


_HERE = "extdeps.render.formats"
_IN_IMAGES = ("alpine", "arch", "debian", "fedora", "opensuse", "rhel", "ubuntu")

FORMATS: dict[str, Format] = {
    "Brewfile": Format(f"{_HERE}.brewfile:render_brewfile", families=("homebrew",), default=("homebrew",)),
    "apt.txt": Format(f"{_HERE}.apt_txt:render_apt_txt", families=("debian", "ubuntu"), default=("debian+13",)),
    "bindep.txt": Format(
        f"{_HERE}.bindep_txt:render_bindep_txt",
        families=("debian", "ubuntu", "fedora", "rhel", "opensuse", "arch", "alpine", "gentoo", "homebrew"),
        default=("debian+13", "ubuntu+26.04", "fedora", "rhel", "opensuse", "arch", "alpine", "gentoo", "homebrew"),
        is_joint=True,
    ),
    "cyclonedx": Format(f"{_HERE}.cyclonedx:render_cyclonedx", is_of_machine=True),
    "devcontainer": Format(
        f"{_HERE}.devcontainer:render_devcontainer",
        families=_IN_IMAGES,
        default=("debian+13",),
        phases=(("build", "host", "run"),),
    ),
    "dockerfile": Format(
        f"{_HERE}.dockerfile:render_dockerfile",
        families=_IN_IMAGES,
        default=("debian+13",),
        phases=(("build", "host", "run"), ("run",)),
    ),
    "environment.yml": Format(
        f"{_HERE}.environment_yml:render_environment_yml", families=("conda-forge",), default=("conda-forge",)
    ),
    "flake.nix": Format(f"{_HERE}.nix:render_flake", families=("nix",), default=("nix",)),
    "github": Format(
        f"{_HERE}.github:render_github", families=("chocolatey", "homebrew", "ubuntu"), default=("ubuntu+24.04",)
    ),
    "pixi.toml": Format(f"{_HERE}.pixi_toml:render_pixi_toml", families=("conda-forge",), default=("conda-forge",)),
    "sh": Format(f"{_HERE}.sh:render_sh", is_of_machine=True),
    "shell.nix": Format(f"{_HERE}.nix:render_shell", families=("nix",), default=("nix",)),
}
