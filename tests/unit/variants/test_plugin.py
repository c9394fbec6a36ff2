"""One class for the plug-in interfaces of several versions of variantlib."""

from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass

import pytest
from variantlib.protocols import PluginType, VariantFeatureConfigType  # type: ignore[import-untyped]

from extdeps.errors import UsageError
from extdeps.variants.plugin import X86, Amd, Arm, FeatureConfig, Nvidia

PROVIDERS = [Amd, Arm, Nvidia, X86]


@dataclass(frozen=True)
class Property:
    namespace: str
    feature: str
    value: str


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", "12.8")
    monkeypatch.setenv("NV_VARIANT_PROVIDER_FORCE_SM_ARCH", "9.0")
    for name in ("CONDA_OVERRIDE_CUDA", "CONDA_OVERRIDE_CUDA_ARCH", "UV_CUDA_DRIVER_VERSION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_protocol_of_the_newest(provider: type) -> None:
    """variantlib 0.2 asks the class."""
    required = PluginType.__abstractmethods__
    assert required <= set(dir(provider))
    assert provider.all_properties_compatible is False  # type: ignore[attr-defined]
    every = provider.get_all_configs()  # type: ignore[attr-defined]
    assert every
    assert all(isinstance(config, VariantFeatureConfigType) for config in every)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_protocol_of_the_oldest(provider: type) -> None:
    """0.0 asks an object, and evaluates the annotations of its methods; see also `tests/live`."""
    plugin = provider()
    assert plugin.namespace in ("aarch64", "amd", "nvidia", "x86_64")
    assert plugin.is_aot_plugin is False
    for method in (plugin.get_supported_configs, plugin.get_all_configs):
        assert typing.get_type_hints(method)["return"] == list[FeatureConfig]
        assert all(isinstance(config, FeatureConfig) for config in method())
        assert method(None) == method(frozenset())  # the versions between give what is known


def test_what_is_supported_is_valid() -> None:
    every = {config.name: config.values for config in Nvidia.get_all_configs()}
    for config in Nvidia.get_supported_configs():
        assert set(config.values) <= set(every[config.name])
        assert all(Nvidia.validate_property(Property("nvidia", config.name, value)) for value in config.values)


@pytest.mark.parametrize(
    "wrong",
    [("amd", "sm_arch", "90_real"), ("nvidia", "sm_arch", "90"), ("nvidia", "driver", "12.4")],
)
def test_what_is_not_valid(wrong: tuple[str, str, str]) -> None:
    assert not Nvidia.validate_property(Property(*wrong))


def test_variables_count() -> None:
    lower, _, targets = Nvidia.get_supported_configs()
    assert (lower.values[0], targets.values[0], targets.multi_value) == ("12.8", "90_real", True)


def test_a_wrong_variable_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION", "newest")
    with pytest.raises(UsageError) as caught:
        Nvidia.get_supported_configs()
    assert str(caught.value).startswith(
        "`NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION` must be a version such as `12.8`, not `newest`"
    )


def test_variantlib_is_not_needed() -> None:
    source = inspect.getsource(inspect.getmodule(Nvidia))  # type: ignore[arg-type]
    assert "import variantlib" not in source
    assert "from variantlib" not in source
