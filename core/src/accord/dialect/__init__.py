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
        LastInserted,
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
    from accord.dialect.declared import contradictions
    from accord.dialect.driver import ConnectArgs, DBAPIConnection, DBAPICursor, Driver
    from accord.dialect.errors import INTEGRITY_KINDS, ErrorInfo, ErrorKind
    from accord.dialect.inserts import (
        InsertShape,
        check_inserted,
        insert_rows_steps,
        rows_per_statement,
    )
    from accord.dialect.keys import (
        ClientKey,
        KeyBlock,
        LastRowId,
        NaturalKey,
        PreExecute,
        Returning,
        SequenceKeys,
    )
    from accord.dialect.keys.base import (
        KeyFacts,
        KeyNeed,
        KeyStrategy,
        PlanOutdated,
        Refusal,
        Suits,
    )
    from accord.dialect.lookups import fetch_steps, keys_condition, match_rows
    from accord.dialect.on_conflict import OnConflict, OnConflictClause, OnConflictInsert
    from accord.dialect.plan import KeyPlan, choose_steps, insert_steps
    from accord.dialect.reflection import (
        ReflectedCheck,
        ReflectedColumn,
        ReflectedComputed,
        ReflectedEnum,
        ReflectedForeignKey,
        ReflectedIdentity,
        ReflectedIndex,
        ReflectedPrimaryKey,
        ReflectedTable,
        ReflectedUnique,
        Reflection,
        sql_text,
        unknown_type,
    )
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
    from accord.dialect.texts import (
        Marks,
        column_name,
        column_names,
        kept,
        quoted,
        schema_name,
        shape,
        table_name,
    )
    from accord.dialect.twophase import Outcome, Prepared, TwoPhase, Vote, xid_parts
    from accord.schema.ddl import DDLRenderer
    from accord.sql.render import Renderer
    from accord.sql.target import RenderTarget
    from accord.sqltypes import STANDARD, BindError, TypeEntry, TypeTable

_HOME = {
    "accord.dialect.batch": "DeleteBatch InsertBatch InsertResult UpdateBatch UpdateResult",
    "accord.dialect.capabilities": (
        "DML Capabilities DefaultRow DeleteForm InsertForm Keys LastInserted Limits RowValues "
        "Schema ServerInfo Transactions UpdateForm Upsert Values"
    ),
    "accord.dialect.contract": "Dialect URLParts",
    "accord.dialect.declared": "contradictions",
    "accord.dialect.driver": "ConnectArgs DBAPIConnection DBAPICursor Driver",
    "accord.dialect.errors": "INTEGRITY_KINDS ErrorInfo ErrorKind",
    "accord.dialect.inserts": "InsertShape check_inserted insert_rows_steps rows_per_statement",
    "accord.dialect.keys": (
        "ClientKey KeyBlock LastRowId NaturalKey PreExecute Returning SequenceKeys"
    ),
    "accord.dialect.keys.base": "KeyFacts KeyNeed KeyStrategy PlanOutdated Refusal Suits",
    "accord.dialect.lookups": "fetch_steps keys_condition match_rows",
    "accord.dialect.on_conflict": "OnConflict OnConflictClause OnConflictInsert",
    "accord.dialect.plan": "KeyPlan choose_steps insert_steps",
    "accord.dialect.reflection": (
        "ReflectedCheck ReflectedColumn ReflectedComputed ReflectedEnum ReflectedForeignKey "
        "ReflectedIdentity ReflectedIndex ReflectedPrimaryKey ReflectedTable ReflectedUnique "
        "Reflection sql_text unknown_type"
    ),
    "accord.dialect.steps": (
        "AnyColumn Bind BoundedCache Execute ExecuteMany Expression Native Parameters Reply "
        "Request Row Steps capabilities_of"
    ),
    "accord.dialect.support": (
        "YES Always Menu Never Since Support Unimplemented first offers parse_version"
    ),
    "accord.dialect.texts": (
        "Marks column_name column_names kept quoted schema_name shape table_name"
    ),
    "accord.dialect.twophase": "Outcome Prepared TwoPhase Vote xid_parts",
    "accord.sql.render": "Renderer",
    "accord.sql.target": "RenderTarget",
    "accord.schema.ddl": "DDLRenderer",
    "accord.sqltypes": "STANDARD BindError TypeEntry TypeTable",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "Always",
    "AnyColumn",
    "Bind",
    "BindError",
    "BoundedCache",
    "Capabilities",
    "ClientKey",
    "ConnectArgs",
    "DBAPIConnection",
    "DBAPICursor",
    "DDLRenderer",
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
    "InsertShape",
    "KeyBlock",
    "KeyFacts",
    "KeyNeed",
    "KeyPlan",
    "KeyStrategy",
    "Keys",
    "LastInserted",
    "LastRowId",
    "Limits",
    "Marks",
    "Menu",
    "Native",
    "NaturalKey",
    "Never",
    "OnConflict",
    "OnConflictClause",
    "OnConflictInsert",
    "Outcome",
    "Parameters",
    "PlanOutdated",
    "PreExecute",
    "Prepared",
    "ReflectedCheck",
    "ReflectedColumn",
    "ReflectedComputed",
    "ReflectedEnum",
    "ReflectedForeignKey",
    "ReflectedIdentity",
    "ReflectedIndex",
    "ReflectedPrimaryKey",
    "ReflectedTable",
    "ReflectedUnique",
    "Reflection",
    "Refusal",
    "RenderTarget",
    "Renderer",
    "Reply",
    "Request",
    "Returning",
    "Row",
    "RowValues",
    "STANDARD",
    "Schema",
    "SequenceKeys",
    "ServerInfo",
    "Since",
    "Steps",
    "Suits",
    "Support",
    "Transactions",
    "TwoPhase",
    "TypeEntry",
    "TypeTable",
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
    "check_inserted",
    "choose_steps",
    "column_name",
    "column_names",
    "contradictions",
    "fetch_steps",
    "first",
    "insert_rows_steps",
    "insert_steps",
    "kept",
    "keys_condition",
    "match_rows",
    "offers",
    "parse_version",
    "quoted",
    "rows_per_statement",
    "schema_name",
    "shape",
    "sql_text",
    "table_name",
    "unknown_type",
    "xid_parts",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
