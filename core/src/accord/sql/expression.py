"""``accord.sql.expression``: the names of the expression language by SQLAlchemy's path.

Everything of accord.sql, and SQLAlchemy's names for classes that have another one here. Nothing is
defined in this module; it is loaded by the programs that import from it.
"""

from __future__ import annotations

from accord.sql import *  # noqa: F403
from accord.sql import __all__ as _names
from accord.sql.aliases import AliasedFrom
from accord.sql.dml import DML
from accord.sql.elements import CollationName
from accord.sql.expressions import BooleanClauseList, ExpressionList, Quantified
from accord.sql.nodes import ColumnElement
from accord.sql.operators import ColumnOperators
from accord.sql.selectable import ColumnClause, FromClause
from accord.sql.selectbase import OrderedSelect
from accord.sql.text import TextualSelect
from accord.sql.values import (
    AliasColumn,
    ScalarFunctionColumn,
    ScalarValues,
)

AliasedReturnsRows = AliasedFrom
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
    "ValuesBase",
]  # fmt: skip
