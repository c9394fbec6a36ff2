"""A Brewfile as Ruby reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from extdeps.render.formats.table import FORMATS
from support.plans import NASTY, SAMPLES, decide, make_plan

# a Brewfile is evaluated in an object that has these methods; this one writes down how they are called
_READER = """
require "json"
class Recorder
  CALLS = []
  %w[tap brew cask].each { |name| define_method(name) { |*arguments| CALLS << [name, *arguments] } }
end
Recorder.new.instance_eval(File.read(ARGV[0], encoding: "UTF-8"), ARGV[0])
puts JSON.generate(Recorder::CALLS)
"""


def read_brewfile(text: str, directory: Path) -> list[list[str]]:
    path = directory / "Brewfile"
    path.write_bytes(text.encode())
    checked = subprocess.run(["ruby", "-W", "-c", path], capture_output=True, text=True, check=True)
    assert (checked.stdout, checked.stderr) == ("Syntax OK\n", "")
    done = subprocess.run(["ruby", "-W", "-e", _READER, path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    calls: list[list[str]] = json.loads(done.stdout)
    return calls


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str, tmp_path: Path) -> None:
    calls = read_brewfile(FORMATS["Brewfile"].render((SAMPLES[name],)), tmp_path)
    assert calls == [["brew", package] for package in sorted(SAMPLES[name].packages())]


def test_taps_and_casks(tmp_path: Path) -> None:
    names = ("proj", "openssl@3", "homebrew/cask/basictex", "homebrew/core/zlib", "dartsim/dart/fcl")
    plan = make_plan(
        *(decide(name, "run", name, source="brew", ecosystem="homebrew") for name in names), ecosystem="homebrew"
    )
    assert read_brewfile(FORMATS["Brewfile"].render((plan,)), tmp_path) == [
        ["tap", "dartsim/dart"],
        ["brew", "dartsim/dart/fcl"],
        ["brew", "openssl@3"],
        ["brew", "proj"],
        ["brew", "zlib"],
        ["cask", "basictex"],
    ]


@pytest.mark.parametrize(
    "text",
    [NASTY, "#{exit 3}", "coding: utf-7", "-*- coding: none -*-", "\n__END__\n", "\n=begin\n", "\\", '"', "é\u2028"],
)
def test_nothing_becomes_code(text: str, tmp_path: Path) -> None:
    plan = make_plan(
        decide("proj", "run", text, source="brew", ecosystem="homebrew", asks=((text, text),)),
        ecosystem="homebrew",
        subjects=(text,),
        notes=(text,),
    )
    assert read_brewfile(FORMATS["Brewfile"].render((plan,)), tmp_path) == [["brew", text]]
