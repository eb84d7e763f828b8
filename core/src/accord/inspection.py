"""`inspect(subject)`: one door to what accord knows about a class, an object or a database.

Decides by the kind of subject and hands over: mapped classes, their instances, attributes and
aliases to `accord.orm.inspection`, engines and connections to reflection. Loads either only when
needed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from accord.exc import NoInspectionAvailable


def inspect(subject: Any, raiseerr: bool = True) -> Any:
    """The view of `subject`; None instead of an error with ``raiseerr=False``.

    A mapped class gives its Mapper, an instance its state, an attribute itself, an engine or
    connection an Inspector. Something of none of these kinds raises NoInspectionAvailable.
    """
    found = _of_the_database(subject) or _of_the_mapping(subject)
    if found is None and raiseerr:
        kind = subject.__qualname__ if isinstance(subject, type) else type(subject).__qualname__
        raise NoInspectionAvailable(
            f"There is nothing to inspect in {kind!r}; inspect() takes a mapped class, one of its "
            "instances or attributes, an aliased() class, an engine or a connection"
        )
    return found


def _of_the_database(subject: object) -> Any:
    engine = sys.modules.get("accord.engine")  # not loaded: then `subject` is none of its objects
    if engine is None or not isinstance(subject, engine.Engine | engine.Connection):
        return None
    return import_module("accord.engine.reflection").inspector_of(subject)


def _of_the_mapping(subject: object) -> Any:
    return import_module("accord.orm.inspection").inspect(subject)
