"""``accord plugin new NAME``: a complete project for a dialect, whose tests are green at once.

In: a name and a folder. Out: files made from the templates beside this module; nothing that exists
is overwritten. The dialect it starts with speaks to sqlite3, to be replaced part by part.
"""

from __future__ import annotations

import keyword
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import accord
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_LONGEST = 40
_SUFFIX = ".tmpl"
_DOTTED = {"gitignore": ".gitignore"}


def create(name: str, directory: Path | None = None) -> list[Path]:
    """Write the project; its files. ArgumentError for a name or folder that will not do."""
    check_name(name)
    home = directory if directory is not None else Path(f"accord-{name.replace('_', '-')}")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ArgumentError(
            f"{home} exists and is not an empty folder; name another one with --directory"
        )
    words = _words(name)
    written = []
    for parts, template in _templates(resources.files("accord.cli") / "templates" / "plugin"):
        path = home.joinpath(*(words["package"] if part == "package" else part for part in parts))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template.read_text("utf-8"), words), "utf-8")
        written.append(path)
    return written


def check_name(name: str) -> None:
    """A name is that of URLs, of a module and of a distribution at once."""
    if not _NAME.match(name) or len(name) > _LONGEST or keyword.iskeyword(name):
        raise ArgumentError(
            f"{name!r} cannot be the name of a dialect: it stands in URLs and in a module's name; "
            "write lower-case letters, digits and single underscores, such as mydb"
        )
    from accord.hooks import installed_dialects

    taken = [plugin for plugin in installed_dialects() if plugin.name == name]
    if taken:
        raise ArgumentError(
            f"The dialect name {name!r} is taken by {taken[0].distribution}; choose another one"
        )


def _words(name: str) -> dict[str, str]:
    major, minor, *_ = accord.__version__.split(".")
    return {
        "name": name,
        "NAME": name.upper(),
        "Class": "".join(part.capitalize() for part in name.split("_")),
        "dist": name.replace("_", "-"),
        "package": f"accord_{name}",
        "accord": f"{major}.{minor}",
        "next": f"{major}.{int(minor) + 1}",
    }


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@@{word}@@", value)
    return text


def _templates(folder: Traversable, *above: str) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            yield from _templates(item, *above, item.name)
        elif item.name.endswith(_SUFFIX):
            name = item.name.removesuffix(_SUFFIX)
            yield (*above, _DOTTED.get(name, name)), item
