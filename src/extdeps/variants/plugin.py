"""Providers of wheel variants, one class for each namespace, with the interfaces of variantlib 0.0 and 0.2 at once.

0.0 makes an object of the class, asks it for its `namespace`, and checks what a method returns by its annotation; 0.2
uses the class itself, takes the namespace from the project that names the provider, and asks whether
`all_properties_compatible`. Neither is imported here (https://github.com/wheelnext/variantlib, `protocols.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.variants.properties import Feature, find_features, list_features

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Protocol

    from extdeps.model.accelerator import Accelerators

    class Property(Protocol):
        """A property of a wheel."""

        @property
        def namespace(self) -> str: ...
        @property
        def feature(self) -> str: ...
        @property
        def value(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureConfig:
    """A feature as variantlib wants it; the words are its own.

    Args:
        name: of the feature.
        values: the preferred one first.
        multi_value: whether one wheel may have several values of it.
    """

    name: str
    values: list[str]
    multi_value: bool


class _Provider:
    """What the providers have in common."""

    namespace: ClassVar[str]
    is_aot_plugin: ClassVar[bool] = False
    all_properties_compatible: ClassVar[bool] = False

    # the annotations of these methods are evaluated by variantlib 0.0: they name only what there is at run time

    @classmethod
    def get_supported_configs(cls, *_known: object) -> list[FeatureConfig]:
        """What this machine supports, the most important feature first.

        Args:
            _known: properties, not needed; some versions between 0.0 and 0.2 give them.

        Raises:
            UsageError: a variable that tells of the machine is not as it has to be.
        """
        return [_configure(feature) for feature in find_features(cls.namespace, cls.find_accelerators())]

    @classmethod
    def get_all_configs(cls, *_known: object) -> list[FeatureConfig]:
        """Every value that a wheel may have, whatever machine this is."""
        return [_configure(feature) for feature in list_features(cls.namespace)]

    @classmethod
    def validate_property(cls, variant_property: Property) -> bool:
        """Whether a wheel may have a property."""
        known = {feature.name: feature.values for feature in list_features(cls.namespace)}
        is_own = variant_property.namespace == cls.namespace
        return is_own and variant_property.value in known.get(variant_property.feature, ())

    @classmethod
    def find_accelerators(cls) -> Accelerators:
        """What this machine computes with; variables of the user count as everywhere in extdeps."""
        import sys

        from extdeps.accelerator.detect import find_accelerators
        from extdeps.accelerator.overrides import read_overrides
        from extdeps.host import LocalHost
        from extdeps.interpreter import find_interpreter

        host = LocalHost()
        assumed = read_overrides((), (), host.environ)
        return find_accelerators(host, find_interpreter(host, sys.executable), assumed)


class Nvidia(_Provider):
    """`nvidia`: the driver's version of CUDA, and the GPUs."""

    namespace = "nvidia"


class Amd(_Provider):
    """`amd`: the GPUs, and ROCm."""

    namespace = "amd"


class X86(_Provider):
    """`x86_64`: the level of the processor."""

    namespace = "x86_64"


class Arm(_Provider):
    """`aarch64`: the version of the processor's architecture."""

    namespace = "aarch64"


def _configure(feature: Feature) -> FeatureConfig:
    return FeatureConfig(name=feature.name, values=list(feature.values), multi_value=feature.is_multiple)
