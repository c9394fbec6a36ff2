"""What NVIDIA's libraries and the system's files say together: the state of the driver, the devices, what is hidden."""

from __future__ import annotations

from dataclasses import replace

from extdeps.accelerator.nvidiaanswer import (
    CUDA_COMPAT_NOT_SUPPORTED,
    CUDA_MISMATCH,
    CUDA_NO_DEVICE,
    CUDA_STUB,
    NVML_DRIVER_NOT_LOADED,
    NVML_MISMATCH,
    Answer,
    ask,
    describe_code,
)
from extdeps.accelerator.nvidiasystem import iter_compat, version_of
from extdeps.accelerator.nvidiavisible import is_by_index, parse_visible
from extdeps.model.accelerator import Device, Driver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from extdeps.accelerator.nvidiasystem import BusDevice, System
    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host

_KERNEL_DRIVERS = ("", "nvidia")  # what a device of NVIDIA's own driver may have; others take it away from it


class Detection:
    """One look at a machine that has something of NVIDIA.

    Args:
        host: the machine.
        pci: what is on its bus, of any vendor.
        system: what its files tell.
        timeout: in seconds, for each child.
    """

    def __init__(self, host: Host, pci: Sequence[PciDevice], system: System, timeout: float) -> None:
        self._host = host
        self._pci = pci
        self._system = system
        self._timeout = timeout
        self._notes: list[str] = []

    def result(self) -> tuple[Driver, tuple[Device, ...], tuple[str, ...]]:
        """The driver, the devices, those that are hidden too, and what else a person should know."""
        if self._host.can_run and self._system.can_answer:
            driver, devices = self._ask()
        else:
            driver, devices = self._without_asking(), ()
        devices = self._add_unasked(devices, driver)
        if driver.state == "working":
            devices = self._show(devices)
            if driver.is_forward_compatible:
                self._notes.append(f"forward compatibility is in force: `{driver.library}` is newer than the driver")
            else:
                self._note_compat(driver)
        return driver, devices, tuple(self._notes)

    def _without_asking(self) -> Driver:
        system = self._system
        known = self._driver()
        if system.can_answer:
            return replace(known, state="unknown", note="its libraries cannot be asked here")
        if system.devices:
            return replace(known, state="absent", note=_describe_unused(system))
        note = "only its libraries are here: no kernel module, no device"
        if system.is_wsl:
            note = "WSL has the driver's libraries, but no /dev/dxg: it is WSL 1, or a container without that device"
        return replace(known, state="no-device", note=note)

    def _driver(self) -> Driver:
        """What the files tell of the driver."""
        system = self._system
        others = [device.driver for device in system.devices if device.driver not in _KERNEL_DRIVERS]
        return Driver(
            vendor="nvidia",
            name="nvidia" if system.is_loaded or not others else others[0],
            version=system.version or version_of(system.library),
            library=system.library,
        )

    def _ask(self) -> tuple[Driver, tuple[Device, ...]]:
        answers = self._put(("nvml", "driver"))
        nvml, library = answers["nvml"], answers["driver"]
        known = replace(
            self._driver(),
            version=self._system.version or nvml.version or version_of(library.library or nvml.library),
            library=library.library or self._system.library,
            api=library.api or nvml.api,
        )
        if nvml.code == NVML_MISMATCH:
            return self._mismatch(known, nvml), ()
        if nvml.is_hung:
            return replace(known, state="failed", note=f"its libraries do not answer: {nvml.fault}"), ()
        if nvml.is_good:
            self._notes += [
                f"device {index} is lost to NVML: {describe_code(code, 'nvml')}" for index, code in nvml.lost
            ]
            self._note_undivided(nvml)
            return self._judge(known, nvml, library), nvml.devices
        return self._ask_cuda(known, nvml)

    def _put(self, subjects: Sequence[str]) -> dict[str, Answer]:
        """Put questions to the libraries."""
        return ask(self._host, self._pci, subjects, self._timeout)

    def _judge(self, known: Driver, nvml: Answer, library: Answer) -> Driver:
        """NVML works: whether the library that programs load does too."""
        known = replace(known, is_forward_compatible=_is_newer(library.library, known.version))
        if not nvml.devices:
            return replace(known, state="no-device", note=f"it has no device{self._advice()}")
        if library.fault:
            note = f"`libcuda` does not answer: {library.fault}"
        elif library.missing:
            note = f"`libcuda` cannot be loaded: {library.missing}{self._advice()}"
        elif library.code:
            note = f"`{library.library}` does not work: {describe_code(library.code, 'cuda')}"
        elif known.is_forward_compatible:
            return self._judge_compat(known)
        else:
            return known
        return replace(known, state="failed", note=note)

    def _judge_compat(self, known: Driver) -> Driver:
        """A newer library than the driver's own works on some devices only; it says so when it is started."""
        started = self._put(("cuda",))["cuda"]
        if started.is_good:
            return known
        reason = started.fault or started.missing or describe_code(started.code, "cuda")
        if started.code == CUDA_COMPAT_NOT_SUPPORTED:
            reason = "these devices do not support forward compatibility"
        return replace(known, state="failed", note=f"`{known.library}` is newer than the driver: {reason}")

    def _ask_cuda(self, known: Driver, nvml: Answer) -> tuple[Driver, tuple[Device, ...]]:
        """NVML does not work; `libcuda` may."""
        cuda = self._put(("cuda",))["cuda"]
        reason = nvml.fault or nvml.missing or describe_code(nvml.code, "nvml")
        if cuda.is_good:
            self._notes.append(f"NVML cannot be asked: {reason}")
            known = replace(known, library=cuda.library, api=cuda.api or known.api)
            known = replace(known, is_forward_compatible=_is_newer(cuda.library, self._system.version))
            if cuda.devices:
                return known, cuda.devices
            return replace(known, state="no-device", note=f"it has no device{self._advice()}"), ()
        return self._refused(known, nvml, cuda, reason), ()

    def _refused(self, known: Driver, nvml: Answer, cuda: Answer, reason: str) -> Driver:
        """Neither library works: why."""
        if cuda.code == CUDA_MISMATCH:
            return self._mismatch(known, cuda)
        if cuda.code == CUDA_COMPAT_NOT_SUPPORTED:
            note = f"`{cuda.library}` is newer than the driver: these devices do not support forward compatibility"
            return replace(known, state="failed", is_forward_compatible=True, note=note)
        if self._system.is_loaded and not self._system.has_nodes:
            note = f"the kernel module is loaded, but there is no device node here{self._advice()}"
            return replace(known, state="no-device", note=note)
        if nvml.missing and (cuda.missing or cuda.code == CUDA_STUB):
            note = f"the driver's libraries are not here: {cuda.missing or 'there is a stub of `libcuda` only'}"
            return replace(known, state="absent", library="", note=f"{note}{self._advice()}")
        if cuda.code == CUDA_NO_DEVICE:
            return replace(known, state="no-device", note=f"`libcuda` finds no device{self._advice()}")
        if nvml.code == NVML_DRIVER_NOT_LOADED and not self._system.is_loaded:
            return replace(known, state="absent", note="the kernel module is not loaded")
        other = cuda.fault or cuda.missing or describe_code(cuda.code, "cuda")
        return replace(known, state="failed", note=f"NVML: {reason}; `libcuda`: {other}")

    def _mismatch(self, known: Driver, answer: Answer) -> Driver:
        library = version_of(answer.library)
        here = f"the library `{answer.library}` is {f'of {library}' if library else 'not'}"
        kernel = f"the kernel module is {self._system.version or 'of another version'}"
        note = f"{kernel}, {here}; the module that fits is loaded by the next start of the machine"
        return replace(known, state="mismatch", note=note)

    def _advice(self) -> str:
        """What a container would need."""
        if not self._system.is_container:
            return ""
        asked = self._host.environ.get("NVIDIA_VISIBLE_DEVICES")
        if asked in ("", "void", "none"):
            return f"; the container was started with NVIDIA_VISIBLE_DEVICES=`{asked}`"
        return "; a container is given the devices when it is started (`--gpus all`, `--device nvidia.com/gpu=all`)"

    def _add_unasked(self, devices: tuple[Device, ...], driver: Driver) -> tuple[Device, ...]:
        """The devices on the bus that no library names; programs are not shown them where the driver works."""
        known = {device.address for device in devices}
        others = [device for device in self._system.devices if device.address not in known]
        if "" in known and len(devices) >= len(self._system.devices):
            return devices  # NVML does not tell where its devices are: they are these
        if driver.state == "working":
            self._note_kept(others)
        is_shown = driver.state not in ("working", "no-device")
        found = (
            Device(
                vendor="nvidia",
                name=device.name,
                uuid=device.uuid,
                address=device.address,
                is_visible=is_shown,
                location=f"/sys/bus/pci/devices/{device.address}",
            )
            for device in others
        )
        return (*devices, *found)

    def _note_kept(self, devices: Sequence[BusDevice]) -> None:
        reasons: dict[str, list[str]] = {}
        for device in devices:
            has = f"`{device.driver}` has it" if device.driver not in _KERNEL_DRIVERS else "not given to this system"
            reasons.setdefault(has, []).append(device.address)
        self._notes += [
            f"the driver does not show what is at {', '.join(addresses)}: {reason}"
            for reason, addresses in reasons.items()
        ]

    def _show(self, devices: tuple[Device, ...]) -> tuple[Device, ...]:
        """Mark what CUDA_VISIBLE_DEVICES hides."""
        value = self._host.environ.get("CUDA_VISIBLE_DEVICES")
        if value is None:
            return devices
        able = [device for device in devices if device.is_visible]
        order = self._order(able) if value.strip() and is_by_index(value) else able
        shown, stopped = parse_visible(value, order)
        visible = {id(order[index]) for index in shown}
        setting = f"CUDA_VISIBLE_DEVICES=`{value}`"
        if stopped:
            self._notes.append(f"{setting}: `{stopped}` is no device, or no other one; what follows is hidden")
        if len(visible) < len(able):
            self._notes.append(f"{setting} hides {len(able) - len(visible)} of {len(able)} devices")
        return tuple(replace(device, is_visible=id(device) in visible) for device in devices)

    def _order(self, devices: Sequence[Device]) -> Sequence[Device]:
        """The order of CUDA's indices: of the bus, or, where devices differ, fastest first, which `libcuda` knows."""
        by_bus = self._host.environ.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID"
        if by_bus or len({(device.name, device.architecture, device.memory) for device in devices}) < 2:
            return devices
        told = self._put(("ranked",))["ranked"]
        ranks = {device.address: rank for rank, device in enumerate(told.devices)}
        if told.is_good and all(device.address in ranks for device in devices):
            return sorted(devices, key=lambda device: ranks[device.address])
        self._notes.append("CUDA's order of different devices is not known; that of the bus was taken")
        return devices

    def _note_undivided(self, nvml: Answer) -> None:
        for index in nvml.divided:
            device = nvml.devices[index]
            if not device.partitions:
                self._notes.append(
                    f"{device.name or 'a device'} is to be divided (MIG) and has no part: it cannot be used"
                )

    def _note_compat(self, driver: Driver) -> None:
        for path in iter_compat(self._host):
            if _is_newer(path, driver.version):
                self._notes.append(f"`{path}` (cuda-compat) is newer than the driver and not in force")


def _describe_unused(system: System) -> str:
    others = sorted({device.driver for device in system.devices if device.driver not in _KERNEL_DRIVERS})
    has = f"`{others[0]}` has it, which runs no CUDA" if others else "no kernel driver has it"
    return f"there is a device at {system.devices[0].address}; {has}"


def _is_newer(library: str, driver: str) -> bool:
    """Whether `libcuda` is of a newer driver than the kernel module (CUDA Compatibility, "Forward Compatibility")."""
    own = version_of(library)
    if not own or not driver:
        return False
    return tuple(map(int, own.split("."))) > tuple(map(int, driver.split(".")))
