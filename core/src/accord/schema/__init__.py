"""Schema: tables, columns, constraints, sequences; their DDL; the order they are created in.

Everything public is importable from here. What only creating and dropping tables takes (the DDL
renderer, plans) and what only the unit of work takes (the constraint model) loads when first asked
for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from accord.schema.column import Column
from accord.schema.constraints import (
    CheckConstraint,
    ColumnConstraint,
    Constraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from accord.schema.defaults import (
    ColumnDefault,
    Computed,
    DefaultClause,
    DefaultGenerator,
    FetchedValue,
    Identity,
)
from accord.schema.elements import (
    DDL,
    AddConstraint,
    CompiledDDL,
    CreateIndex,
    CreateSchema,
    CreateSequence,
    CreateTable,
    DDLElement,
    DropColumnComment,
    DropConstraint,
    DropIndex,
    DropSchema,
    DropSequence,
    DropTable,
    DropTableComment,
    ExecutableDDLElement,
    SetColumnComment,
    SetTableComment,
)
from accord.schema.foreignkey import ForeignKey, ForeignKeyConstraint
from accord.schema.index import Index
from accord.schema.items import SchemaItem
from accord.schema.metadata import MetaData
from accord.schema.naming import conv
from accord.schema.sequence import NextValue, Sequence
from accord.schema.table import BLANK_SCHEMA, RETAIN_SCHEMA, Table
from accord.sql.identifiers import quoted_name

if TYPE_CHECKING:
    from accord.schema.constraint_model import ConstraintModel, Reference, UniqueSlot
    from accord.schema.ddl import DDLRenderer
    from accord.schema.ordering import sort_tables
    from accord.schema.plan import Notify, create_plan, drop_plan

ColumnCollectionConstraint = ColumnConstraint

_LAZY = {
    "ConstraintModel": "accord.schema.constraint_model",
    "Reference": "accord.schema.constraint_model",
    "UniqueSlot": "accord.schema.constraint_model",
    "DDLRenderer": "accord.schema.ddl",
    "Notify": "accord.schema.plan",
    "create_plan": "accord.schema.plan",
    "drop_plan": "accord.schema.plan",
    "sort_tables": "accord.schema.ordering",
}


def __getattr__(name: str) -> Any:
    home = _LAZY.get(name)
    if home is None:
        raise AttributeError(f"module 'accord.schema' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(home), name)
    return found


__all__ = [
    "BLANK_SCHEMA", "DDL", "RETAIN_SCHEMA", "AddConstraint", "CheckConstraint", "Column",
    "ColumnCollectionConstraint", "ColumnConstraint", "ColumnDefault", "CompiledDDL", "Computed",
    "Constraint", "ConstraintModel", "CreateIndex", "CreateSchema", "CreateSequence", "CreateTable",
    "DDLElement", "DDLRenderer", "DefaultClause", "DefaultGenerator", "DropColumnComment",
    "DropConstraint", "DropIndex", "DropSchema", "DropSequence", "DropTable", "DropTableComment",
    "ExecutableDDLElement", "FetchedValue", "ForeignKey", "ForeignKeyConstraint", "Identity",
    "Index", "MetaData", "NextValue", "Notify", "PrimaryKeyConstraint", "Reference", "SchemaItem",
    "Sequence", "SetColumnComment", "SetTableComment", "Table", "UniqueConstraint", "UniqueSlot",
    "conv", "create_plan", "drop_plan", "quoted_name", "sort_tables",
]  # fmt: skip
