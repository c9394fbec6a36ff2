"""Requirements on what a machine computes with, proved by what was found of it (`pep_draft`, "Capabilities")."""

from __future__ import annotations

from dataclasses import replace

from extdeps.accelerator.capabilities import find_driver, list_devices
from extdeps.accelerator.compatibility import check_driver
from extdeps.model.capability import DEVICE, DRIVERS
from extdeps.model.evidence import Evidence, Proof
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.compatibility import Compatibility
    from extdeps.model.accelerator import Accelerators, Device, Driver
    from extdeps.model.constraint import Constraint


def prove_capability(identifier: str, constraints: tuple[Constraint, ...], accelerators: Accelerators) -> Proof:
    """Whether a machine has a driver or a device, in a version or of an architecture within a range.

    Args:
        identifier: one that `is_capability` knows.
        constraints: the range.
        accelerators: what was found.
    """
    if identifier.startswith(DEVICE):
        return _prove_device(identifier.removeprefix(DEVICE), constraints, accelerators)
    vendor, what = DRIVERS[identifier]
    told = {name: (value, who) for name, value, who in accelerators.assumed if value}
    name = "cuda.driver" if what == "api" else f"{vendor}.driver"
    if name in told:
        value, who = told[name]
        return _judge(Evidence(kind="capability", name=name, location=who, version=value, origin=who), constraints)
    driver = find_driver(accelerators, vendor)
    if driver is None or driver.state == "absent":
        return Proof(status="missing", note=driver.note if driver else "")
    return _prove_driver(driver, name, what, constraints)


def _prove_driver(driver: Driver, name: str, what: str, constraints: tuple[Constraint, ...]) -> Proof:
    evidence = Evidence(
        kind="capability",
        name=name,
        location=driver.library or driver.name,
        version=driver.api if what == "api" else driver.version,
        origin=driver.name or driver.library,
    )
    if driver.state in ("mismatch", "failed"):
        return Proof(status="incomplete", evidence=(evidence,), note=driver.note or "the driver does not work")
    proof = _judge(evidence, constraints)
    return Proof(status=proof.status, evidence=proof.evidence, note=proof.note or driver.note)


def _judge(evidence: Evidence, constraints: tuple[Constraint, ...]) -> Proof:
    if not constraints:
        return Proof(status="satisfied", evidence=(evidence,))
    wanted = ",".join(map(str, constraints))
    answer = satisfies(evidence.version, constraints) if evidence.version else None
    if answer is None:
        return Proof(status="unknown", evidence=(evidence,), note=f"its version is not known: {wanted} is undecided")
    if answer:
        return Proof(status="satisfied", evidence=(evidence,))
    return Proof(status="wrong-version", evidence=(evidence,), note=f"{evidence.version} is not {wanted}")


def _prove_device(vendor: str, constraints: tuple[Constraint, ...], accelerators: Accelerators) -> Proof:
    """A device of a vendor whose architecture is in the range; one that is hidden from programs is none."""
    devices = [item for item in accelerators.devices if item.vendor == vendor]
    visible = [item for item in list_devices(accelerators) if item.vendor == vendor]
    if not visible:
        hidden = f"{len(devices)} of {vendor} hidden from programs" if devices else ""
        return Proof(status="missing", note=hidden)
    proofs = [_judge(_describe(item), constraints) for item in visible]
    for status in ("satisfied", "unknown", "wrong-version"):
        found = [proof for proof in proofs if proof.status == status]
        if found:
            evidence = tuple(item for proof in found for item in proof.evidence)
            return Proof(status=found[0].status, evidence=evidence, note=found[0].note)
    return Proof(status="unknown")


def _describe(device: Device) -> Evidence:
    return Evidence(
        kind="capability",
        name=device.name or f"{device.vendor} {device.kind}",
        location=device.uuid or device.address or device.location,
        version=device.architecture,
        origin=device.location,
    )


def find_version(proof: Proof, constraints: tuple[Constraint, ...], accelerators: Accelerators) -> Proof:
    """What is said of a library of CUDA whose own version does not tell, by the installation that it lies in.

    Args:
        proof: of the libraries.
        constraints: the range that was asked for.
        accelerators: what was found.
    """
    if proof.status not in ("unknown", "satisfied") or not proof.evidence or proof.evidence[0].version:
        return proof
    first, *rest = proof.evidence
    for toolkit in accelerators.toolkits:
        if toolkit.kind == "cuda" and toolkit.version and first.location.startswith(f"{toolkit.root}/"):
            judged = _judge(replace(first, version=toolkit.version), constraints)
            return replace(judged, evidence=(*judged.evidence, *rest))
    return proof


def add_driver(proof: Proof, accelerators: Accelerators, table: Compatibility, system: str) -> Proof:
    """What is said of a CUDA run time that is there, with whether the driver can run it.

    Args:
        proof: of the libraries; anything but satisfied stays as it is.
        accelerators: what was found.
        table: which driver each toolkit needs.
        system: `Linux` or `Windows`.
    """
    if proof.status != "satisfied" or not proof.evidence or not proof.evidence[0].version:
        return proof
    version = proof.evidence[0].version
    driver = find_driver(accelerators, "nvidia")
    if driver is None or driver.state == "absent":
        note = "its libraries are here, and no driver that runs them"
        return Proof(status="incomplete", evidence=proof.evidence, note=note)
    verdict = check_driver(version, table, driver=driver.version, api=driver.api, system=system)
    if verdict.answer is False:
        return Proof(status="incomplete", evidence=proof.evidence, note=f"its libraries are here, and {verdict.note}")
    return proof
