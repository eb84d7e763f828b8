"""Schema: tables, columns, constraints, sequences; their DDL; the order they are created in.

Everything public is importable from here. What only creating and dropping tables takes (DDL
elements, their renderer, plans) and what only the unit of work takes (the constraint model) loads
when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from accord.schema.column import Column, insert_sentinel
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
from accord.schema.foreignkey import ForeignKey, ForeignKeyConstraint, ForeignKeyTarget
from accord.schema.index import Index
from accord.schema.items import SchemaItem
from accord.schema.metadata import MetaData
from accord.schema.naming import conv
from accord.schema.sequence import NextValue, Sequence
from accord.schema.table import BLANK_SCHEMA, RETAIN_SCHEMA, Table
from accord.sql.identifiers import quoted_name

if TYPE_CHECKING:
    from accord.schema.alter import AddColumn, AlterColumn, DropColumn
    from accord.schema.conditions import CheckFirst
    from accord.schema.constraint_model import ConstraintModel, Reference, UniqueSlot
    from accord.schema.ddl import DDLRenderer
    from accord.schema.elements import (
        DDL,
        AddConstraint,
        BaseDDLElement,
        CompiledDDL,
        CreateColumn,
        CreateIndex,
        CreateSchema,
        CreateSequence,
        CreateTable,
        DDLElement,
        DropColumnComment,
        DropConstraint,
        DropConstraintComment,
        DropIndex,
        DropSchema,
        DropSequence,
        DropTable,
        DropTableComment,
        ExecutableDDLElement,
        SetColumnComment,
        SetConstraintComment,
        SetTableComment,
    )
    from accord.schema.ordering import sort_tables, sort_tables_and_constraints
    from accord.schema.plan import Notify, create_plan, drop_plan
    from accord.schema.typedcolumns import Named, TypedColumns
    from accord.schema.views import CreateTableAs, CreateView, DropView

ColumnCollectionConstraint = ColumnConstraint

_HOME = {
    "alter": "AddColumn AlterColumn DropColumn",
    "conditions": "CheckFirst",
    "constraint_model": "ConstraintModel Reference UniqueSlot",
    "ddl": "DDLRenderer",
    "elements": (
        "DDL AddConstraint BaseDDLElement CompiledDDL CreateColumn CreateIndex CreateSchema "
        "CreateSequence CreateTable DDLElement DropColumnComment DropConstraint "
        "DropConstraintComment DropIndex DropSchema DropSequence DropTable DropTableComment "
        "ExecutableDDLElement SetColumnComment SetConstraintComment SetTableComment"
    ),
    "ordering": "sort_tables sort_tables_and_constraints",
    "plan": "Notify create_plan drop_plan",
    "typedcolumns": "Named TypedColumns",
    "views": "CreateTableAs CreateView DropView",
}
_LAZY = {name: f"accord.schema.{home}" for home, names in _HOME.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    home = _LAZY.get(name)
    if home is None:
        raise AttributeError(f"module 'accord.schema' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(home), name)
    return found


__all__ = [
    "BLANK_SCHEMA", "DDL", "RETAIN_SCHEMA", "AddColumn", "AddConstraint", "AlterColumn",
    "BaseDDLElement", "CheckConstraint", "CheckFirst", "Column", "ColumnCollectionConstraint",
    "ColumnConstraint", "ColumnDefault", "CompiledDDL", "Computed", "Constraint",
    "ConstraintModel", "CreateColumn", "CreateIndex", "CreateSchema", "CreateSequence",
    "CreateTable", "CreateTableAs", "CreateView", "DDLElement", "DDLRenderer", "DefaultClause",
    "DefaultGenerator", "DropColumn", "DropColumnComment", "DropConstraint",
    "DropConstraintComment", "DropIndex", "DropSchema", "DropSequence", "DropTable",
    "DropTableComment", "DropView", "ExecutableDDLElement", "FetchedValue", "ForeignKey",
    "ForeignKeyConstraint", "ForeignKeyTarget", "Identity", "Index", "MetaData", "Named",
    "NextValue", "Notify", "PrimaryKeyConstraint", "Reference", "SchemaItem", "Sequence",
    "SetColumnComment", "SetConstraintComment", "SetTableComment", "Table", "TypedColumns",
    "UniqueConstraint", "UniqueSlot", "conv", "create_plan", "drop_plan", "insert_sentinel",
    "quoted_name", "sort_tables", "sort_tables_and_constraints",
]  # fmt: skip
