"""Which build of a project fits a machine (`pep_draft`, "Selection")."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.accelerator.capabilities import find_driver, is_driver_told, is_within, list_capabilities, list_devices
from extdeps.accelerator.compatibility import check_driver, runs_on
from extdeps.declaration.specifiers import are_disjoint
from extdeps.errors import UnsatisfiableError
from extdeps.model.accelerator import Device
from extdeps.model.marker import compare_capability, evaluate, parse_marker
from extdeps.model.selection import Chosen, Rejected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extdeps.accelerator.capabilities import Capabilities
    from extdeps.catalog.compatibility import Compatibility
    from extdeps.catalog.selectors import Build, Selector
    from extdeps.model.accelerator import Accelerators
    from extdeps.model.marker import Comparison


_TELL = {"nvidia": "`--capability cuda-arch=8.9`", "amd": "`--capability rocm-arch=gfx90a`"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What builds are compared with.

    Args:
        accelerators: what the machine computes with.
        environment: the marker variables of the Python that decides (PEP 508).
        table: which driver each toolkit needs.
        system: `Linux`, `Darwin` or `Windows`.
        may_leave_out: whether a build will do that does not run on all devices of one vendor.
        is_probed: false for a machine that is not here, of which only what was told is known.
        find_defined: the values of a capability that people define; None where it is not known.
    """

    accelerators: Accelerators
    environment: Mapping[str, str]
    table: Compatibility
    system: str = "Linux"
    may_leave_out: bool = False
    is_probed: bool = True
    find_defined: Callable[[str], frozenset[str] | None] = lambda _name: None

    @property
    def devices(self) -> tuple[Device, ...]:
        """The GPUs that programs are shown; who tells of a driver of NVIDIA has one, of whatever kind it is."""
        found, told = list_devices(self.accelerators), self.accelerators.told
        is_told = is_driver_told(self.accelerators, "nvidia") and not {"gpu.vendor", "cuda.arch"} & set(told)
        has_driver = find_driver(self.accelerators, "nvidia") is not None
        if is_told and has_driver and not any(item.vendor == "nvidia" for item in self.accelerators.devices):
            return (Device(vendor="nvidia", location="told"), *found)
        return found

    @property
    def is_known(self) -> bool:
        """Whether it is known which GPUs there are."""
        return (
            self.is_probed
            or bool(self.devices)
            or bool({"gpu.vendor", "cuda.arch", "rocm.arch"} & set(self.accelerators.told))
        )

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities; of a machine that is not here those that were told, and what follows from them."""
        found = list_capabilities(self.accelerators)
        if not self.is_probed:
            found = {name: found[name] for name in self.accelerators.told if name in found}
        vendors = {"gpu.vendor": frozenset(item.vendor for item in self.devices)} if self.is_known else {}
        return {**found, **vendors}


def select(selector: Selector, situation: Situation, *, specifier: str = "") -> Chosen:
    """Choose the first build that fits.

    A build for accelerators has to run on all of a vendor's that are visible; those that it does not use are named.

    Args:
        selector: the builds.
        situation: the machine.
        specifier: the versions of the project that were asked for, or empty.

    Raises:
        UnsatisfiableError: none fits; each is named with the reason.
    """
    rejected: list[Rejected] = []
    for build in selector.builds:
        fit = _Fit(build, situation, specifier)
        if not fit.reason:
            return _choose(selector, build, fit, tuple(rejected), specifier)
        rejected.append(Rejected(name=build.name, reason=fit.reason))
    raise UnsatisfiableError(
        f"no build of {selector.project} fits this machine",
        context=tuple(f"{item.name}: {item.reason}" for item in rejected),
        hint=f"see {selector.source}",
    )


class _Fit:
    """How one build fits.

    Attributes:
        reason: why it does not; empty where it does.
        reasons: why it does.
        used: the devices that it runs on.
    """

    def __init__(self, build: Build, situation: Situation, specifier: str) -> None:
        self._build = build
        self._situation = situation
        self.reasons: list[str] = []
        self.used: tuple[Device, ...] = ()
        self.reason = self._check_versions(specifier) or self._check_when() or self._check_driver()
        self.reason = self.reason or self._check_devices()

    @property
    def unused(self) -> tuple[Device, ...]:
        """The visible devices that it does not run on."""
        return tuple(item for item in self._situation.devices if item not in self.used)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What it does not use, and what would have to be told for it."""
        if not self._situation.is_known:
            return (f"which GPUs there are is not known; {_TELL['nvidia']} tells it",)
        return tuple(map(_describe_unused, self.unused))

    def _check_versions(self, specifier: str) -> str:
        if self._build.versions and specifier and are_disjoint(self._build.versions, specifier):
            return f"it is there for {self._build.versions} alone"
        return ""

    def _check_when(self) -> str:
        build, situation = self._build, self._situation
        if not build.when:
            return ""
        from packaging.markers import Marker

        capabilities = situation.capabilities

        def decide(comparison: Comparison) -> bool | None:
            if comparison.is_of_capability:
                name = comparison.capability
                known = capabilities if name in capabilities else {name: situation.find_defined(name)}
                return compare_capability(comparison, known, is_within)
            return Marker(str(comparison)).evaluate(dict(situation.environment))

        answer = evaluate(parse_marker(build.when), decide)
        if answer is None:
            return f"whether `{build.when}` is true is not known"
        return "" if answer else f"`{build.when}` is false here"

    def _check_driver(self) -> str:
        build, accelerators = self._build, self._situation.accelerators
        if not build.toolkit:
            return ""
        driver = find_driver(accelerators, "nvidia")
        if driver and driver.state not in ("working", "unknown"):
            return f"NVIDIA's driver: {driver.note or driver.state}"
        verdict = check_driver(
            build.toolkit,
            self._situation.table,
            driver=driver.version if driver else "",
            api=driver.api if driver else "",
            system=self._situation.system,
            needs_exact=build.needs_exact,
        )
        if verdict.answer:
            self.reasons.append(f"CUDA {build.toolkit}: {verdict.note} ({verdict.rule})")
            return ""
        return verdict.note

    def _check_devices(self) -> str:
        build = self._build
        devices = self._situation.devices
        if not build.targets:
            self.used = () if build.is_cpu else devices
            return ""
        vendor = "amd" if build.targets[0].startswith("gfx") else "nvidia"
        able = tuple(item for item in devices if item.vendor == vendor and _runs(build, item))
        unable = tuple(item for item in devices if item.vendor == vendor and item not in able)
        if not able or (unable and not self._situation.may_leave_out):
            named = ", ".join(map(_name, unable)) or f"a GPU of {vendor}"
            if unable and not any(item.architecture for item in unable):
                return f"whether it is built for {named} is not known"
            return f"it is not built for {named}"
        self.used = able
        self.reasons.append(f"built for {', '.join(map(_name, able))}")
        return ""


def _runs(build: Build, device: Device) -> bool:
    if device.vendor == "amd":
        return device.architecture in build.targets
    return any(runs_on(target, device.architecture) for target in build.targets)


def _describe_unused(device: Device) -> str:
    missing = "" if device.architecture else _TELL.get(device.vendor, "")
    return f"{_name(device)} is not used" + (f"; {missing} tells what it is" if missing else "")


def _name(device: Device) -> str:
    return f"{device.name or device.vendor} ({device.architecture or 'of unknown architecture'})"


def _choose(selector: Selector, build: Build, fit: _Fit, rejected: tuple[Rejected, ...], specifier: str) -> Chosen:
    name = build.distribution or selector.project
    extra = f"[{build.extra}]" if build.extra else ""
    bounds = ",".join(filter(None, (specifier, build.versions)))
    return Chosen(
        project=selector.project,
        name=build.name,
        requirements=(f"{name}{extra}{bounds}", *build.requires),
        index=build.index,
        extra_index=build.extra_index,
        find_links=build.find_links,
        options=build.options,
        reasons=tuple(fit.reasons),
        left_out=fit.left_out,
        rejected=rejected,
        source=selector.source,
    )
