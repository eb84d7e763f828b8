"""``accord schema diff MODULE URL``: finds the models, compares them with the database, prints.

In: what the user typed. Out: DDL (or JSON) on standard output, one line on standard error when it
cannot be told, and the exit status: 0 equal, 1 different, 2 error. A password is never printed.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, Any

from accord import create_engine, make_url
from accord.exc import AccordError, ArgumentError
from accord.records import dataclass
from accord.schema import MetaData
from accord.schemadiff import diff
from accord.schemadiff.reading import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.schemadiff import SchemaDiff

EQUAL, DIFFERENT, ERROR = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for."""

    subject: str
    url: str
    schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    drops: bool = True


def run(request: Request, *, as_json: bool) -> int:
    """Print the answer; the exit status."""
    try:
        found = compared(request)
    except AccordError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return ERROR
    except Exception:  # 1 would say that something differs
        traceback.print_exc()
        return ERROR
    for line in _as_json(found) if as_json else _as_sql(found, request):
        print(line)
    return DIFFERENT if found else EQUAL


def compared(request: Request) -> SchemaDiff:
    """The differences between the models and the database."""
    metadatas = find_metadata(request.subject)
    scope = Scope(
        schemas=request.schemas,
        tables=request.tables,
        exclude=request.exclude,
        drops=request.drops,
    )
    engine = create_engine(request.url)
    try:
        with engine.connect() as connection:
            return diff(connection, metadatas, scope)
    finally:
        engine.dispose()


def _as_sql(found: SchemaDiff, request: Request) -> Iterator[str]:
    where = make_url(request.url).render_as_string(hide_password=True)
    if not found:
        yield f"-- {where} is as {request.subject} says"
        yield from _uncompared(found)
        return
    count, dangerous = len(found.differences), sum(one.dangerous for one in found.differences)
    head = f"-- from {where} to {request.subject}: {count} difference{'s' if count > 1 else ''}"
    yield f"{head}, DATA LOSS in {dangerous}" if dangerous else head
    yield from _uncompared(found)
    yield "-- Read it before you execute it. accord executes nothing of it."
    for statement in found.statements:
        yield ""
        yield str(statement)


def _uncompared(found: SchemaDiff) -> Iterator[str]:
    for what in found.uncompared:
        yield f"-- not compared: {' '.join(what.split())}"


def _as_json(found: SchemaDiff) -> Iterator[str]:
    yield json.dumps(
        {
            "differences": [
                {
                    "action": one.action,
                    "what": one.what,
                    "table": one.table_name,
                    "name": one.name,
                    "found": one.found,
                    "declared": one.declared,
                    "dangerous": one.dangerous,
                    "notes": list(one.notes),
                }
                for one in found.differences
            ],
            "statements": [
                {"sql": statement.sql, "notes": list(statement.notes)}
                for statement in found.statements
            ],
            "uncompared": list(found.uncompared),
        },
        indent=2,
        ensure_ascii=False,
    )


# --- the models ----------------------------------------------------------------------------------


def find_metadata(subject: str) -> list[MetaData]:
    """The MetaData that "package.module:attribute" or "package.module" means."""
    module_name, colon, attribute = subject.partition(":")
    module = _imported(module_name)
    if colon:
        found: Any = module
        for part in attribute.split("."):
            if not hasattr(found, part):
                raise ArgumentError(f"Module {module_name!r} has nothing called {attribute!r}")
            found = getattr(found, part)
        metadata = _metadata_of(found)
        if metadata is None:
            raise ArgumentError(
                f"{attribute!r} of module {module_name!r} is neither a MetaData nor a class with "
                f"one (a declarative Base), but a {type(found).__name__}"
            )
        return [metadata]
    every = {id(m): m for m in map(_metadata_of, vars(module).values()) if m is not None}
    if not every:
        raise ArgumentError(
            f"Module {module_name!r} has no MetaData and no declarative Base; write "
            f"{module_name}:attribute"
        )
    _refuse_twice(module_name, vars(module))
    return list(every.values())


def _refuse_twice(module_name: str, names: dict[str, Any]) -> None:
    """One table in two MetaData is two wishes for one table of the database."""
    owners: dict[str, dict[int, str]] = {}
    for name, thing in names.items():
        metadata = _metadata_of(thing)
        for key in () if metadata is None else metadata.tables:
            owners.setdefault(key, {}).setdefault(id(metadata), name)
    for key, own in owners.items():
        if len(own) > 1:
            first, second, *_ = own.values()
            raise ArgumentError(
                f"Table {key!r} is in two MetaData of module {module_name!r}, those of {first} and "
                f"{second}; compare one of them: {module_name}:{first}"
            )


def _metadata_of(thing: Any) -> MetaData | None:
    if isinstance(thing, MetaData):
        return thing
    found = getattr(thing, "metadata", None) if isinstance(thing, type) else None
    return found if isinstance(found, MetaData) else None


def _imported(name: str) -> Any:
    if name.endswith(".py") or "/" in name or os.sep in name or not name.strip("."):
        raise ArgumentError(
            f"{name!r} is no name of a module; write it with dots, as in an import: package.models"
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _unusable(name, error) from error
        raise ArgumentError(
            f"There is no module {error.name!r}; run accord in the folder that holds it"
        ) from None
    except Exception as error:
        raise _unusable(name, error) from error


def _unusable(name: str, error: Exception) -> ArgumentError:
    """What went wrong inside a module of the user, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    where = "" if isinstance(error, SyntaxError) or not frames else (
        f" ({frames[-1].filename}, line {frames[-1].lineno})"
    )  # fmt: skip
    return ArgumentError(
        f"Module {name!r} cannot be imported: {type(error).__name__}: {error}{where}"
    )
