"""Entry points of the installed distributions, read from their folders.

`importlib.metadata` finds the same, at the price of 30 modules (a mail parser, sockets, zip files)
in every process that makes an engine. In: a group. Out: entries, each with where it comes from;
nothing is imported. Where not all of `sys.path` are folders (a zip file with distributions,
an egg, a finder of its own) it is left to `importlib.metadata`.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = (".dist-info", ".egg-info")


class InstalledPlugin(NamedTuple):
    """One entry point: `name` as users write it, `target` the object it gives, and its source."""

    name: str
    target: str
    distribution: str
    version: str

    def load(self) -> object:
        """Import what the entry point names."""
        module, _, path = self.target.partition("[")[0].partition(":")
        found: object = import_module(module.strip())
        for name in filter(None, path.strip().split(".")):
            found = getattr(found, name)
        return found


def entries_of(group: str) -> list[InstalledPlugin]:
    """Every entry point of `group`; of two distributions of one name, the first one's."""
    if not _is_ordinary():
        return _asked(group)
    found: list[InstalledPlugin] = []
    known: set[str] = set()
    for folder in sys.path:
        for info in _infos(folder or "."):
            name = _normal(os.path.basename(info).rpartition(".")[0].partition("-")[0])
            if name not in known:
                known.add(name)
                found += _entries_in(info, group)
    return found


def _is_ordinary() -> bool:
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    files = [entry for entry in sys.path if entry.endswith(".egg") or os.path.isfile(entry)]
    return finders == [PathFinder] and not files


def _infos(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.endswith(_FOLDERS):
            yield os.path.join(folder, name)


def _entries_in(info: str, group: str) -> Iterator[InstalledPlugin]:
    text = _text(info, "entry_points.txt")
    if group not in text:
        return
    section = ""
    about: tuple[str, str] | None = None
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, target = line.partition("=")
            about = about or _name_and_version(info)
            yield InstalledPlugin(name.strip(), target.strip(), *about)


def _name_and_version(info: str) -> tuple[str, str]:
    lines = (_text(info, "METADATA") or _text(info, "PKG-INFO")).partition("\n\n")[0].splitlines()
    said = dict(line.partition(": ")[::2] for line in lines)
    return said.get("Name", "an unknown distribution"), said.get("Version", "")


def _text(info: str, name: str) -> str:
    try:
        with open(os.path.join(info, name), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _asked(group: str) -> list[InstalledPlugin]:
    from importlib import metadata

    found = []
    for entry in metadata.entry_points(group=group):
        source = entry.dist
        name = "an unknown distribution" if source is None else source.name
        version = "" if source is None else source.version
        found.append(InstalledPlugin(entry.name, entry.value, name, version))
    return found
