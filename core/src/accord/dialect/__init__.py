"""The author surface: everything a dialect is written with, and nothing of accord's inside.

A dialect imports from here, from `accord.schema`, `accord.sql`, `accord.sqltypes` and
`accord.exc`, and from nowhere else of accord. Names are imported at first use, so that the request
types cost those who only need them nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.dialect.batch import (
        DeleteBatch,
        InsertBatch,
        InsertResult,
        UpdateBatch,
        UpdateResult,
    )
    from accord.dialect.capabilities import (
        DML,
        Capabilities,
        DefaultRow,
        DeleteForm,
        InsertForm,
        Keys,
        LastRowId,
        Limits,
        RowValues,
        Schema,
        ServerInfo,
        Transactions,
        UpdateForm,
        Upsert,
        Values,
    )
    from accord.dialect.contract import Dialect, URLParts
    from accord.dialect.driver import ConnectArgs, DBAPIConnection, DBAPICursor, Driver
    from accord.dialect.errors import INTEGRITY_KINDS, ErrorInfo, ErrorKind
    from accord.dialect.keys.base import (
        KeyFacts,
        KeyNeed,
        KeyStrategy,
        PlanOutdated,
        Refusal,
        Suits,
    )
    from accord.dialect.on_conflict import OnConflict, OnConflictClause, OnConflictInsert
    from accord.dialect.plan import KeyPlan, choose_steps, insert_steps
    from accord.dialect.steps import (
        AnyColumn,
        Bind,
        BoundedCache,
        Execute,
        ExecuteMany,
        Expression,
        Native,
        Parameters,
        Reply,
        Request,
        Row,
        Steps,
        capabilities_of,
    )
    from accord.dialect.support import (
        YES,
        Always,
        Menu,
        Never,
        Since,
        Support,
        Unimplemented,
        first,
        offers,
        parse_version,
    )
    from accord.dialect.twophase import Outcome, Prepared, TwoPhase, Vote

_HOME = {
    "batch": "DeleteBatch InsertBatch InsertResult UpdateBatch UpdateResult",
    "capabilities": "DML Capabilities DefaultRow DeleteForm InsertForm Keys LastRowId Limits "
    "RowValues Schema ServerInfo Transactions UpdateForm Upsert Values",
    "contract": "Dialect URLParts",
    "driver": "ConnectArgs DBAPIConnection DBAPICursor Driver",
    "errors": "INTEGRITY_KINDS ErrorInfo ErrorKind",
    "keys.base": "KeyFacts KeyNeed KeyStrategy PlanOutdated Refusal Suits",
    "plan": "KeyPlan choose_steps insert_steps",
    "steps": "AnyColumn Bind BoundedCache Execute ExecuteMany Expression Native Parameters "
    "Reply Request Row Steps capabilities_of",
    "support": "YES Always Menu Never Since Support Unimplemented first offers parse_version",
    "twophase": "Outcome Prepared TwoPhase Vote",
    "on_conflict": "OnConflict OnConflictClause OnConflictInsert",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "Always",
    "AnyColumn",
    "Bind",
    "BoundedCache",
    "Capabilities",
    "ConnectArgs",
    "DBAPIConnection",
    "DBAPICursor",
    "DML",
    "DefaultRow",
    "DeleteBatch",
    "DeleteForm",
    "Dialect",
    "Driver",
    "ErrorInfo",
    "ErrorKind",
    "Execute",
    "ExecuteMany",
    "Expression",
    "INTEGRITY_KINDS",
    "InsertBatch",
    "InsertForm",
    "InsertResult",
    "KeyFacts",
    "KeyNeed",
    "KeyPlan",
    "KeyStrategy",
    "Keys",
    "LastRowId",
    "Limits",
    "Menu",
    "Native",
    "Never",
    "OnConflict",
    "OnConflictClause",
    "OnConflictInsert",
    "Outcome",
    "Parameters",
    "PlanOutdated",
    "Prepared",
    "Refusal",
    "Reply",
    "Request",
    "Row",
    "RowValues",
    "Schema",
    "ServerInfo",
    "Since",
    "Steps",
    "Suits",
    "Support",
    "Transactions",
    "TwoPhase",
    "URLParts",
    "Unimplemented",
    "UpdateBatch",
    "UpdateForm",
    "UpdateResult",
    "Upsert",
    "Values",
    "Vote",
    "YES",
    "capabilities_of",
    "choose_steps",
    "first",
    "insert_steps",
    "offers",
    "parse_version",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
