"""The names the tests are written against, from whichever library is under test.

`ACCORD_TEST_PEER=sqlalchemy` runs the very same tests on SQLAlchemy 2.x, the specification of
everything not marked `accord_only`; the default is accord. A name is looked up in the package and
in the sub-packages below, at import time, so that a missing one fails by name.
"""

import importlib
import os
from typing import Any

import pytest
from requirements import BACKEND, needs, not_on, only
from shuffling import SHUFFLES, shuffling_engine

PEER = os.environ.get("ACCORD_TEST_PEER", "accord")
IS_ACCORD = PEER == "accord"

__all__ = [
    "BACKEND",
    "IS_ACCORD",
    "PEER",
    "accord_only",
    "create_engine",
    "module",
    "needs",
    "not_on",
    "only",
]

accord_only = pytest.mark.skipif(not IS_ACCORD, reason=f"accord's own, {PEER} differs")

_PLACES = (
    "",
    ".orm",
    ".types",
    ".sql",
    ".schema",
    ".pool",
    ".engine",
    ".orm.attributes",
    ".orm.state",
    ".orm.collections",
    ".engine.cursor",
    ".ext.declarative",
)


def module(path: str = "") -> Any:
    """`module("orm.exc")` is `accord.orm.exc` or `sqlalchemy.orm.exc`."""
    return importlib.import_module(f"{PEER}.{path}" if path else PEER)


class SeedRepr:
    """The seeds' repr: accord generates it, elsewhere the tutorial's model writes it by hand."""

    if not IS_ACCORD:

        def __repr__(self) -> str:
            keys = [attr.key for attr in module().inspect(type(self)).column_attrs]
            return f"{type(self).__name__}({', '.join(f'{k}={getattr(self, k)!r}' for k in keys)})"


def transactional(engine: Any) -> Any:
    """SQLAlchemy needs help to keep SAVEPOINTs of SQLite in the transaction; accord does not."""
    if not IS_ACCORD and engine.dialect.name == "sqlite":
        event = module("event")

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, record: Any) -> None:
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def on_begin(connection: Any) -> None:
            connection.connection.driver_connection.execute("BEGIN")

    return engine


def create_engine(url: Any, **options: Any) -> Any:
    """The library's; ACCORD_TEST_SHUFFLE=1 puts a driver that shuffles behind it."""
    if IS_ACCORD and SHUFFLES and "dialect" not in options:
        return shuffling_engine(url, **options)
    return module().create_engine(url, **options)


def enforcing(engine: Any) -> Any:
    """SQLite checks foreign keys only where a connection asks for it."""
    if engine.dialect.name == "sqlite":

        def on_connect(connection: Any, record: Any) -> None:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=OFF")

        module("event").listen(engine, "connect", on_connect)
    return engine


def identity_key(*args: Any, **kwargs: Any) -> Any:
    return module("orm" if IS_ACCORD else "orm.util").identity_key(*args, **kwargs)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name == "orm_exc":
        return module("orm.exc")
    for place in _PLACES:
        try:
            found = importlib.import_module(PEER + place)
        except ImportError as error:
            if place == "":
                raise
            if getattr(error, "name", None) and not str(error.name).startswith(PEER + place):
                raise
            continue
        if hasattr(found, name):
            return getattr(found, name)
    raise AttributeError(f"neither {PEER} nor its sub-packages have a name {name!r}")
