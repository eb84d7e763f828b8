"""``accord.sql.expression``: the names of the expression language by SQLAlchemy's path.

Everything of accord.sql, and SQLAlchemy's names for classes that have another one here. Nothing is
defined in this module; it is loaded by the programs that import from it.
"""

from __future__ import annotations

from abc import ABC
from typing import Any, TypeVar, overload

from accord.sql import *  # noqa: F403
from accord.sql import __all__ as _names
from accord.sql.aliases import CTE, AliasedFrom
from accord.sql.collection import ColumnCollection
from accord.sql.dml import DML
from accord.sql.elements import CollationName
from accord.sql.expressions import BooleanClauseList, ExpressionList, Quantified
from accord.sql.nodes import ClauseElement, ColumnElement, Executable
from accord.sql.operators import ColumnOperators
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause, FromClause
from accord.sql.selectbase import OrderedSelect, SelectBase
from accord.sql.text import TextualSelect
from accord.sql.values import (
    AliasColumn,
    ScalarFunctionColumn,
    ScalarValues,
)

T = TypeVar("T")


class ReturnsRows(ABC):  # noqa: B024 - classes are registered with it
    """What has rows: tables, aliases, queries, and INSERT, UPDATE and DELETE, which may return
    some. For isinstance().
    """


class Selectable(ReturnsRows):
    """What can be selected from: tables, aliases, queries. For isinstance()."""


class HasCTE(ABC):  # noqa: B024 - classes are registered with it
    """Statements that have a WITH. For isinstance()."""


class HasPrefixes(ABC):  # noqa: B024 - classes are registered with it
    """What has `prefix_with()`. For isinstance()."""


class HasSuffixes(ABC):  # noqa: B024 - classes are registered with it
    """What has `suffix_with()`. For isinstance()."""


for _virtual, _classes in (
    (Selectable, (FromClause, SelectBase)),
    (ReturnsRows, (DML,)),
    (HasCTE, (SelectBase, DML)),
    (HasPrefixes, (Select, DML, CTE)),
    (HasSuffixes, (Select, CTE)),
):
    for _class in _classes:
        _virtual.register(_class)


@overload
def Nullable(val: type[T]) -> type[T | None]: ...
@overload
def Nullable(val: ColumnOperators[T]) -> ColumnOperators[T | None]: ...
def Nullable(val: Any) -> Any:  # the name SQLAlchemy's users know
    """What is given, for type checkers: the class, or a column of it, may be NULL here."""
    return val


@overload
def NotNullable(val: type[T | None]) -> type[T]: ...
@overload
def NotNullable(val: ColumnOperators[T | None]) -> ColumnOperators[T]: ...
def NotNullable(val: Any) -> Any:  # the name SQLAlchemy's users know
    """What is given, for type checkers: the class, or a column of it, is not NULL here."""
    return val


AliasedReturnsRows = AliasedFrom
ExecutableStatement = Executable
Visitable = ClauseElement
WriteableColumnCollection = ColumnCollection
ElementList = ExpressionList
CollationClause = CollationName
CollectionAggregate = Quantified
ColumnExpressionArgument = ColumnElement
ExpressionClauseList = BooleanClauseList
FromClauseAlias = NamedFromClause = AliasedFrom
GenerativeSelect = OrderedSelect
KeyedColumnElement = NamedColumn = ColumnClause
Operators = ColumnOperators
SQLColumnExpression = ColumnElement
TableValuedColumn = AliasColumn
TextAsFrom = TextualSelect
ValuesBase = DML

__all__ = [*_names]  # noqa: PLE0604  # names from a list
__all__ += [
    "AliasedReturnsRows", "CollationClause", "CollectionAggregate", "ColumnExpressionArgument",
    "ElementList", "ExpressionClauseList", "FromClause", "FromClauseAlias", "GenerativeSelect",
    "KeyedColumnElement", "NamedColumn", "NamedFromClause", "Operators", "SQLColumnExpression",
    "ScalarFunctionColumn", "ScalarValues", "TableValuedColumn", "TextAsFrom",
    "ValuesBase", "ExecutableStatement", "HasCTE", "HasPrefixes", "HasSuffixes", "NotNullable",
    "Nullable", "ReturnsRows", "Selectable", "Visitable", "WriteableColumnCollection",
]  # fmt: skip
