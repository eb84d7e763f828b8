"""The SQL expression language: immutable nodes, statement builders, rendering.

Everything public is importable from here. The renderer waits until something has to be rendered,
windows until one is built.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .aliases import CTE, Alias, Lateral, Subquery, TableSample
from .assigning import from_dml_column
from .cache import BoundedCache, CompiledCache
from .collection import ColumnCollection
from .compiled import Compiled, ResultColumn
from .dml import DML, Delete, Insert, Update
from .elements import (
    Case,
    Cast,
    Exists,
    Extract,
    FunctionAsBinary,
    Label,
    ScalarSelect,
    TryCast,
    TypeCoerce,
)
from .expressions import (
    BinaryExpression,
    BooleanClauseList,
    ExpressionList,
    False_,
    Null,
    True_,
    Tuple,
    UnaryExpression,
)
from .functions import Function, FunctionElement, GenericFunction, func
from .identifiers import quote_identifier, quoted_name
from .joins import Join, join, outerjoin
from .labels import (
    LABEL_STYLE_DEFAULT,
    LABEL_STYLE_DISAMBIGUATE_ONLY,
    LABEL_STYLE_NONE,
    LABEL_STYLE_TABLENAME_PLUS_COL,
    SelectLabelStyle,
)
from .nodes import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Entity,
    EntityColumn,
    Executable,
    JoinTarget,
    UpdateBase,
)
from .operators import ColumnOperators, Operator
from .select import CompoundSelect, Select
from .selectable import ColumnClause, FromClause, TableClause
from .selectbase import SelectBase
from .target import RenderTarget
from .text import TextClause, TextualSelect
from .values import TableValued, Values

# Last: the functions select, text and values take the place of the modules they come from.
from .constructors import (  # isort: skip
    aggregate_order_by,
    alias,
    all_,
    and_,
    any_,
    asc,
    between,
    bindparam,
    bitwise_not,
    case,
    cast,
    collate,
    column,
    cte,
    delete,
    desc,
    distinct,
    except_,
    except_all,
    exists,
    extract,
    false,
    funcfilter,
    insert,
    intersect,
    intersect_all,
    label,
    lateral,
    literal,
    literal_column,
    not_,
    null,
    nulls_first,
    nulls_last,
    nullsfirst,
    nullslast,
    or_,
    over,
    select,
    subquery,
    table,
    tablesample,
    text,
    true,
    try_cast,
    tuple_,
    type_coerce,
    union,
    union_all,
    update,
    values,
    within_group,
)

if TYPE_CHECKING:
    from .customoperators import custom_operator as custom_op
    from .lambdas import LambdaElement, StatementLambdaElement, lambda_stmt
    from .outparams import outparam
    from .render import Renderer
    from .templates import TString, tstring
    from .windows import (
        AggregateOrderBy,
        FrameClause,
        FrameClauseType,
        FunctionFilter,
        Over,
        WithinGroup,
    )

ClauseList = ExpressionList
TableValuedAlias = TableValued


_LATER = {
    "Renderer": ".render",
    "custom_op": ".operators",
    **dict.fromkeys(("LambdaElement", "StatementLambdaElement", "lambda_stmt"), ".lambdas"),
    **dict.fromkeys(("TString", "tstring"), ".templates"),
    "ClauseVisitor": ".visitors",
    "outparam": ".outparams",
    **dict.fromkeys(
        ("BaseDDLElement", "CheckFirst", "DDL", "DDLElement", "ExecutableDDLElement"),
        "accord.schema",
    ),
    **dict.fromkeys(
        (
            "AliasedReturnsRows", "CollectionAggregate", "ColumnExpressionArgument",
            "ExecutableStatement", "GenerativeSelect", "HasCTE", "HasPrefixes", "HasSuffixes",
            "NotNullable", "Nullable", "Operators", "ReturnsRows", "SQLColumnExpression",
            "Selectable", "TableValuedColumn", "TextAsFrom", "ValuesBase",
            "WriteableColumnCollection",
        ),
        ".expression",
    ),
    **dict.fromkeys(
        (
            "AggregateOrderBy", "FrameClause", "FrameClauseType", "FunctionFilter", "Over",
            "WithinGroup",
        ),
        ".windows",
    ),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _LATER.get(name)
    if home is None:
        raise AttributeError(f"module 'accord.sql' has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)


__all__ = [
    "CTE", "DML", "LABEL_STYLE_DEFAULT", "LABEL_STYLE_DISAMBIGUATE_ONLY", "LABEL_STYLE_NONE",
    "LABEL_STYLE_TABLENAME_PLUS_COL", "AggregateOrderBy", "Alias", "BinaryExpression",
    "BindParameter", "BooleanClauseList", "BoundedCache", "Case", "Cast", "ClauseElement",
    "ClauseList", "ColumnClause", "ColumnCollection", "ColumnElement", "ColumnOperators",
    "Compiled", "CompiledCache", "CompoundSelect", "Delete", "Entity", "EntityColumn",
    "Executable", "Exists", "ExpressionList", "Extract", "False_", "FrameClause",
    "FrameClauseType", "FromClause", "Function", "FunctionAsBinary", "FunctionElement",
    "FunctionFilter", "GenericFunction", "Insert", "Join", "JoinTarget", "Label",
    "LambdaElement", "Lateral", "Null", "Operator", "Over", "RenderTarget", "Renderer",
    "ResultColumn", "ScalarSelect", "Select", "SelectBase", "SelectLabelStyle",
    "StatementLambdaElement", "Subquery", "TableClause", "TableSample", "TString",
    "TableValued", "TableValuedAlias", "TextClause", "TextualSelect", "True_", "TryCast",
    "Tuple", "TypeCoerce", "UnaryExpression", "Update", "UpdateBase", "Values", "WithinGroup",
    "aggregate_order_by", "alias", "all_", "and_", "any_", "asc", "between", "bindparam",
    "bitwise_not", "case", "cast", "collate", "column", "cte", "custom_op", "delete", "desc",
    "distinct", "except_", "except_all", "exists", "extract", "false", "from_dml_column",
    "func", "funcfilter", "insert", "intersect", "intersect_all", "join", "label",
    "lambda_stmt", "lateral", "literal", "literal_column", "not_", "null", "nulls_first",
    "nulls_last", "nullsfirst", "nullslast", "or_", "outerjoin", "outparam", "over",
    "quote_identifier", "quoted_name", "select", "subquery", "table", "tablesample", "text",
    "true", "try_cast", "tstring", "tuple_", "type_coerce", "union", "union_all", "update",
    "values", "within_group",
]  # fmt: skip
