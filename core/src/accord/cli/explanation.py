"""``accord explain module:Class``: finds the class, asks `accord.explain` and the plugins, prints.

In: the text the user typed and perhaps a URL. Out: lines on the console. Errors name the part of
the text that does not fit.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from accord import create_engine, explain, hooks
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from rich.console import Console


def show(console: Console, subject: str, url: str | None) -> None:
    """Print how the class named by `subject` is written on `url` (or on no particular database)."""
    entity = find_class(subject)
    hooks.load_plugins()
    engine = create_engine(url) if url is not None else None
    try:
        console.print(
            str(explain(entity, bind=engine)), markup=False, highlight=False, soft_wrap=True
        )
        for lines in hooks.call("accord_explain", entity=entity, bind=engine):
            for line in lines:
                console.print(line, markup=False, highlight=False, soft_wrap=True)
    finally:
        if engine is not None:
            engine.dispose()


def find_class(subject: str) -> type:
    """The class that "package.module:Class" names, as if imported from the current folder."""
    module_name, colon, class_name = subject.partition(":")
    if not (module_name and colon and class_name):
        raise ArgumentError(f"Write module:Class, as in shop.models:Order; got {subject!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: object = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # the module exists; something that it imports does not
        raise ArgumentError(
            f"There is no module {error.name!r}; run accord in the folder that holds it"
        ) from None
    for part in class_name.split("."):
        if not hasattr(found, part):
            raise ArgumentError(f"Module {module_name!r} has no class {class_name!r}")
        found = getattr(found, part)
    if not isinstance(found, type):
        raise ArgumentError(f"{class_name!r} of module {module_name!r} is not a class")
    return found
