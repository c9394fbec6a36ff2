"""File names of libraries, and whose they are by the shipped data."""

from __future__ import annotations

import pytest

from extdeps.audit.identify import Identifier
from extdeps.audit.names import find_vendor, is_extension_name, iter_link_names, unhash
from extdeps.catalog.catalogue import Catalogue
from extdeps.model.wheelaudit import Format, Vendor
from extdeps.resources import shipped_directory

IDENTIFIER = Identifier(Catalogue((shipped_directory(),)))


@pytest.mark.parametrize(
    ("name", "vendor", "original"),
    [
        ("libjpeg-0e5f8ea3.so.62.4.0", "auditwheel", "libjpeg.so.62.4.0"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "auditwheel", "libopenblasp-r0.3.15.so"),
        ("libscipy_openblas64_-4b78795a.so", "auditwheel", "libscipy_openblas64_.so"),
        ("libjpeg-0e5f8ea3.so.62.4.0", "hand", "libjpeg-0e5f8ea3.so.62.4.0"),
        ("libjpeg.so.62", "auditwheel", "libjpeg.so.62"),
        ("libcrypto-3-x64-c1e69c503b8c5d65b13a1737b1a377b0.dll", "delvewheel", "libcrypto-3-x64.dll"),
        ("zlib1.dll", "delvewheel", "zlib1.dll"),
        ("libz.1.3.1.dylib", "delocate", "libz.1.3.1.dylib"),
    ],
)
def test_hashes(name: str, vendor: Vendor, original: str) -> None:
    assert unhash(name, vendor) == original


@pytest.mark.parametrize(
    ("path", "format_", "vendor"),
    [
        ("pillow.libs/libz.so", "elf", "auditwheel"),
        ("shapely.libs/geos.dll", "pe", "delvewheel"),
        ("PIL/.dylibs/libz.dylib", "macho", "delocate"),
        ("h5py/hdf5.dll", "pe", "hand"),
        ("spam-1.data/platlib/spam.libs/libz.so", "elf", "auditwheel"),
        ("libz.so", "elf", "hand"),
    ],
)
def test_vendors(path: str, format_: Format, vendor: Vendor) -> None:
    assert find_vendor(path, format_) == vendor


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("_imaging.cpython-312-x86_64-linux-gnu.so", True),
        ("_imaging.cpython-312-darwin.so", True),
        ("_imaging.cp312-win_amd64.pyd", True),
        ("cv2.abi3.so", True),
        ("x.pypy311-pp73-x86_64-linux-gnu.so", True),
        ("x.graalpy250-311-native-x86_64-linux.so", True),
        ("cv2.pyd", True),
        ("libz.so.1", False),
        ("_spam.so", False),
        ("spam.dll", False),
    ],
)
def test_extensions(name: str, is_one: bool) -> None:
    assert is_extension_name(name) is is_one


def test_link_names_from_the_most_exact() -> None:
    assert list(iter_link_names("libglib-2.0.0.dylib"))[::2] == ["glib-2.0.0", "glib-2.0", "glib-2", "glib"]
    assert list(iter_link_names("libssl.so.3")) == ["ssl", "libssl"]
    assert list(iter_link_names(".so")) == []


@pytest.mark.parametrize(
    ("file", "identifiers", "because"),
    [
        ("libjpeg.so.62.4.0", "libjpeg", "library"),
        ("libz.1.3.1.zlib-ng.dylib", "zlib", "library"),
        ("libglib-2.0.0.dylib", "glib", "library"),
        ("libSDL2-2.0.0.dylib", "sdl2", "library"),
        ("libavcodec.61.19.101.dylib", "libavcodec", "library"),
        ("libOpenEXR-3_3.32.3.3.4.dylib", "openexr", "library"),
        ("libIex-3_3.32.3.3.4.dylib", "openexr", "component"),
        ("libbrotlicommon.so.1", "brotli", "module"),
        ("libwebpmux.so.3", "libwebp", "module"),
        ("liblber.so.2.0.200", "openldap", "module"),
        ("libkrb5support.so.0.1", "krb5", "component"),
        ("libcrypto-3-x64.dll", "openssl", "library"),
        ("libssl-1_1.dll", "openssl", "library"),
        ("zlib1.dll", "zlib", "component"),
        ("ZLIB1.DLL", "zlib", "component"),
        ("libpng16.dll", "libpng", "library"),
        ("jpeg62.dll", "libjpeg", "library"),
        ("avcodec-61.dll", "libavcodec", "library"),
        ("libgfortran-5.dll", "libgfortran", "library"),
        ("libgcc_s_seh-1.dll", "libgcc", "component"),
        ("libscipy_openblas64_.so", "openblas", "component"),
        ("libopenblasp-r0.3.15.so", "openblas", "library"),
        ("libcudart.so.12", "cudart", "library"),
        ("cudart64_110.dll", "cudart", "library"),
        ("libcublas.so.12", "cublas", "library"),
        ("libcublasLt.so.12", "cublas", "component"),
        ("cublasLt64_12.dll", "cublas", "component"),
        ("libcudnn.so.9", "cudnn", "library"),
        ("libcudnn_engines_precompiled.so.9", "cudnn", "component"),
        ("cudnn_ops64_9.dll", "cudnn", "component"),
        ("libnccl.so.2", "nccl", "library"),
        ("libnvrtc-builtins.so.12.4", "nvrtc", "component"),
        ("nvrtc64_120_0.dll", "nvrtc", "library"),
        ("libnvToolsExt.so.1", "nvtx", "component"),
        ("libcufft.so.11", "cufft", "library"),
        ("libcusparseLt.so.0", "cusparselt", "library"),
        ("libcusolverMg.so.11", "cusolver", "component"),
        ("libnppig.so.12", "npp", "component"),
        ("libnvinfer_plugin.so.10", "tensorrt", "component"),
        ("libcuda.so.1", "libcuda", "library"),
        ("libmkl_rt.so.2", "mkl", "library"),
        ("libmkl_avx512.so.2", "mkl", "component"),
        ("mkl_core.2.dll", "mkl", "component"),
        ("libiomp5.so", "intel-openmp", "library"),
        ("libiomp5md.dll", "intel-openmp", "component"),
        ("libgomp.so.1", "libgomp", "library"),
        ("libamdhip64.so.6", "hip rocm", "library"),
        ("libQt5Gui.so.5.15.2", "qt5", "component"),
        ("libboost_iostreams.so.1.85.0", "boost", "component"),
        ("libboost_python312.so.1.85.0", "boost-python", "library"),
        ("libtls.so.28", "libtls", "library"),
        ("libtorch_cpu.so", "", ""),
        ("libspam.so", "", ""),
    ],
)
def test_whose(file: str, identifiers: str, because: str) -> None:
    found, reason = IDENTIFIER.identify(file, ignore_case=file.lower().endswith(".dll"))
    assert (" ".join(name.removeprefix("dep:generic/") for name in found), reason) == (identifiers, because)


def test_a_loader_of_several_projects_is_the_interface() -> None:
    assert IDENTIFIER.identify("libOpenCL.so.1", ignore_case=False) == (("dep:virtual/interface/opencl",), "library")
