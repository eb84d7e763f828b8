"""The engine layer: the only one that does I/O.

`create_engine` puts a dialect, its driver and a pool together; a `Connection` performs requests and
executes statements; `run` drives sans-IO steps. Below it nothing connects to anything.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from accord.engine.connection import Connection
from accord.engine.context import ExceptionContext, ExecutionContext
from accord.engine.create import create_engine
from accord.engine.cursor import CursorResult
from accord.engine.engine import Engine
from accord.engine.result import (
    FilterResult,
    MappingResult,
    Result,
    ScalarResult,
    TupleResult,
)
from accord.engine.row import ResultKeys, RMKeyView, Row, RowMapping
from accord.engine.run import run
from accord.engine.transaction import (
    NestedTransaction,
    RootTransaction,
    Transaction,
    TwoPhaseTransaction,
)
from accord.engine.url import URL, make_url

if TYPE_CHECKING:
    from accord.engine.assembled import (
        ChunkedIteratorResult,
        FrozenResult,
        IteratorResult,
        MergedResult,
        SimpleResultMetaData,
    )
    from accord.engine.config import create_pool_from_url, engine_from_config
    from accord.engine.default import DefaultDialect
    from accord.engine.mock import MockConnection, create_mock_engine
    from accord.engine.objectkind import ObjectKind, ObjectScope
    from accord.engine.reflection import Inspector
    from accord.engine.views import OptionEngine

__all__ = [
    "URL",
    "ChunkedIteratorResult",
    "Connection",
    "CursorResult",
    "DefaultDialect",
    "Engine",
    "ExceptionContext",
    "ExecutionContext",
    "FilterResult",
    "FrozenResult",
    "Inspector",
    "IteratorResult",
    "MappingResult",
    "MergedResult",
    "MockConnection",
    "NestedTransaction",
    "ObjectKind",
    "ObjectScope",
    "OptionEngine",
    "RMKeyView",
    "Result",
    "ResultKeys",
    "RootTransaction",
    "Row",
    "RowMapping",
    "ScalarResult",
    "SimpleResultMetaData",
    "Transaction",
    "TupleResult",
    "TwoPhaseTransaction",
    "create_engine",
    "create_mock_engine",
    "create_pool_from_url",
    "engine_from_config",
    "make_url",
    "run",
]


_LATER = {
    "ChunkedIteratorResult": "assembled",
    "Compiled": "interfaces",
    "Dialect": "interfaces",
    "DefaultDialect": "default",
    "FrozenResult": "assembled",
    "Inspector": "reflection",
    "IteratorResult": "assembled",
    "MergedResult": "assembled",
    "MockConnection": "mock",
    "ObjectKind": "objectkind",
    "ObjectScope": "objectkind",
    "OptionEngine": "views",
    "SimpleResultMetaData": "assembled",
    "create_mock_engine": "mock",
    "create_pool_from_url": "config",
    "engine_from_config": "config",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    return value
