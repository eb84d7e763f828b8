"""accord: a Python ORM whose unit of work is dialect-agnostic and whose databases are plugins.

The public names of the package, loaded when first asked for (PEP 562): importing it loads no
backend, no driver, no plugin machinery and none of the layers below. Type checkers read the imports
that never run, `__getattr__` the table below; a contract test compares the two.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from accord import (
        dialect as dialect,
        dialects as dialects,
        engine as engine,
        event as event,
        exc as exc,
        ext as ext,
        hooks as hooks,
        inspection as inspection,
        orm as orm,
        pool as pool,
        schema as schema,
        sql as sql,
        types as types,
    )
    from accord.dialect import Dialect as Dialect
    from accord.dialect.upsert import upsert as upsert
    from accord.engine import (
        URL as URL,
        ChunkedIteratorResult as ChunkedIteratorResult,
        Connection as Connection,
        CursorResult as CursorResult,
        Engine as Engine,
        ExceptionContext as ExceptionContext,
        ExecutionContext as ExecutionContext,
        FrozenResult as FrozenResult,
        Inspector as Inspector,
        IteratorResult as IteratorResult,
        MappingResult as MappingResult,
        MergedResult as MergedResult,
        NestedTransaction as NestedTransaction,
        Result as Result,
        RootTransaction as RootTransaction,
        Row as Row,
        RowMapping as RowMapping,
        ScalarResult as ScalarResult,
        Transaction as Transaction,
        TwoPhaseTransaction as TwoPhaseTransaction,
        create_engine as create_engine,
        create_mock_engine as create_mock_engine,
        create_pool_from_url as create_pool_from_url,
        engine_from_config as engine_from_config,
        make_url as make_url,
    )
    from accord.inspection import inspect as inspect
    from accord.orm.explain import explain as explain
    from accord.pool import (
        AssertionPool as AssertionPool,
        NullPool as NullPool,
        Pool as Pool,
        PoolProxiedConnection as PoolProxiedConnection,
        PoolResetState as PoolResetState,
        QueuePool as QueuePool,
        SingletonThreadPool as SingletonThreadPool,
        StaticPool as StaticPool,
    )
    from accord.schema import (
        BLANK_SCHEMA as BLANK_SCHEMA,
        DDL as DDL,
        BaseDDLElement as BaseDDLElement,
        CheckConstraint as CheckConstraint,
        CheckFirst as CheckFirst,
        Column as Column,
        ColumnDefault as ColumnDefault,
        Computed as Computed,
        Constraint as Constraint,
        CreateTable as CreateTable,
        CreateTableAs as CreateTableAs,
        CreateView as CreateView,
        DDLElement as DDLElement,
        DefaultClause as DefaultClause,
        DropTable as DropTable,
        DropView as DropView,
        ExecutableDDLElement as ExecutableDDLElement,
        FetchedValue as FetchedValue,
        ForeignKey as ForeignKey,
        ForeignKeyConstraint as ForeignKeyConstraint,
        ForeignKeyTarget as ForeignKeyTarget,
        Identity as Identity,
        Index as Index,
        MetaData as MetaData,
        Named as Named,
        PrimaryKeyConstraint as PrimaryKeyConstraint,
        Sequence as Sequence,
        Table as Table,
        TypedColumns as TypedColumns,
        UniqueConstraint as UniqueConstraint,
        insert_sentinel as insert_sentinel,
    )
    from accord.sql import (
        CTE as CTE,
        LABEL_STYLE_DEFAULT as LABEL_STYLE_DEFAULT,
        LABEL_STYLE_DISAMBIGUATE_ONLY as LABEL_STYLE_DISAMBIGUATE_ONLY,
        LABEL_STYLE_NONE as LABEL_STYLE_NONE,
        LABEL_STYLE_TABLENAME_PLUS_COL as LABEL_STYLE_TABLENAME_PLUS_COL,
        AggregateOrderBy as AggregateOrderBy,
        Alias as Alias,
        BinaryExpression as BinaryExpression,
        BindParameter as BindParameter,
        BooleanClauseList as BooleanClauseList,
        Case as Case,
        Cast as Cast,
        ClauseElement as ClauseElement,
        ClauseList as ClauseList,
        ColumnClause as ColumnClause,
        ColumnCollection as ColumnCollection,
        ColumnElement as ColumnElement,
        ColumnOperators as ColumnOperators,
        Compiled as Compiled,
        CompoundSelect as CompoundSelect,
        Delete as Delete,
        Executable as Executable,
        Exists as Exists,
        Extract as Extract,
        False_ as False_,
        FrameClause as FrameClause,
        FrameClauseType as FrameClauseType,
        FromClause as FromClause,
        Function as Function,
        FunctionElement as FunctionElement,
        FunctionFilter as FunctionFilter,
        Insert as Insert,
        Join as Join,
        Label as Label,
        LambdaElement as LambdaElement,
        Lateral as Lateral,
        Null as Null,
        Over as Over,
        ScalarSelect as ScalarSelect,
        Select as Select,
        SelectBase as SelectBase,
        SelectLabelStyle as SelectLabelStyle,
        StatementLambdaElement as StatementLambdaElement,
        Subquery as Subquery,
        TableClause as TableClause,
        TableSample as TableSample,
        TableValuedAlias as TableValuedAlias,
        TextClause as TextClause,
        TextualSelect as TextualSelect,
        True_ as True_,
        TryCast as TryCast,
        TString as TString,
        Tuple as Tuple,
        TypeCoerce as TypeCoerce,
        UnaryExpression as UnaryExpression,
        Update as Update,
        UpdateBase as UpdateBase,
        Values as Values,
        WithinGroup as WithinGroup,
        aggregate_order_by as aggregate_order_by,
        alias as alias,
        all_ as all_,
        and_ as and_,
        any_ as any_,
        asc as asc,
        between as between,
        bindparam as bindparam,
        bitwise_not as bitwise_not,
        case as case,
        cast as cast,
        collate as collate,
        column as column,
        cte as cte,
        custom_op as custom_op,
        delete as delete,
        desc as desc,
        distinct as distinct,
        except_ as except_,
        except_all as except_all,
        exists as exists,
        extract as extract,
        false as false,
        from_dml_column as from_dml_column,
        func as func,
        funcfilter as funcfilter,
        insert as insert,
        intersect as intersect,
        intersect_all as intersect_all,
        join as join,
        label as label,
        lambda_stmt as lambda_stmt,
        lateral as lateral,
        literal as literal,
        literal_column as literal_column,
        not_ as not_,
        null as null,
        nulls_first as nulls_first,
        nulls_last as nulls_last,
        nullsfirst as nullsfirst,
        nullslast as nullslast,
        or_ as or_,
        outerjoin as outerjoin,
        outparam as outparam,
        over as over,
        quoted_name as quoted_name,
        select as select,
        table as table,
        tablesample as tablesample,
        text as text,
        true as true,
        try_cast as try_cast,
        tstring as tstring,
        tuple_ as tuple_,
        type_coerce as type_coerce,
        union as union,
        union_all as union_all,
        update as update,
        values as values,
        within_group as within_group,
    )
    from accord.sql.expression import (
        AliasedReturnsRows as AliasedReturnsRows,
        CollectionAggregate as CollectionAggregate,
        ColumnExpressionArgument as ColumnExpressionArgument,
        GenerativeSelect as GenerativeSelect,
        HasCTE as HasCTE,
        HasPrefixes as HasPrefixes,
        HasSuffixes as HasSuffixes,
        NotNullable as NotNullable,
        Nullable as Nullable,
        Operators as Operators,
        ReturnsRows as ReturnsRows,
        Selectable as Selectable,
        SQLColumnExpression as SQLColumnExpression,
        TableValuedColumn as TableValuedColumn,
        TextAsFrom as TextAsFrom,
        ValuesBase as ValuesBase,
        Visitable as Visitable,
    )
    from accord.sqltypes import (
        ARRAY as ARRAY,
        BIGINT as BIGINT,
        BINARY as BINARY,
        BLOB as BLOB,
        BOOLEAN as BOOLEAN,
        CHAR as CHAR,
        CLOB as CLOB,
        DATE as DATE,
        DATETIME as DATETIME,
        DECIMAL as DECIMAL,
        DOUBLE as DOUBLE,
        DOUBLE_PRECISION as DOUBLE_PRECISION,
        FLOAT as FLOAT,
        INT as INT,
        INTEGER as INTEGER,
        JSON as JSON,
        NCHAR as NCHAR,
        NUMERIC as NUMERIC,
        NVARCHAR as NVARCHAR,
        REAL as REAL,
        SMALLINT as SMALLINT,
        TEXT as TEXT,
        TIME as TIME,
        TIMESTAMP as TIMESTAMP,
        UUID as UUID,
        VARBINARY as VARBINARY,
        VARCHAR as VARCHAR,
        BigInteger as BigInteger,
        Boolean as Boolean,
        Date as Date,
        DateTime as DateTime,
        Double as Double,
        Enum as Enum,
        Float as Float,
        Integer as Integer,
        Interval as Interval,
        LargeBinary as LargeBinary,
        Numeric as Numeric,
        NumericCommon as NumericCommon,
        PickleType as PickleType,
        SmallInteger as SmallInteger,
        String as String,
        Text as Text,
        Time as Time,
        TupleType as TupleType,
        TypeDecorator as TypeDecorator,
        Unicode as Unicode,
        UnicodeText as UnicodeText,
        Uuid as Uuid,
    )
    from accord.types import Binary as Binary

__version__ = "0.1.0"

_HOMES: Final = {
    "accord.dialect": "Dialect",
    "accord.engine": """
        URL ChunkedIteratorResult IteratorResult MergedResult
        Connection CursorResult Engine ExceptionContext ExecutionContext FrozenResult
        Inspector MappingResult NestedTransaction Result RootTransaction Row RowMapping
        ScalarResult Transaction TwoPhaseTransaction create_engine create_mock_engine
        create_pool_from_url
        engine_from_config make_url
    """,
    "accord.inspection": "inspect",
    "accord.orm.explain": "explain",
    "accord.pool": """
        AssertionPool NullPool Pool PoolProxiedConnection PoolResetState QueuePool
        SingletonThreadPool StaticPool
    """,
    "accord.schema": """
        BLANK_SCHEMA DDL BaseDDLElement CheckFirst CreateTableAs CreateView DropView
        ForeignKeyTarget CheckConstraint Column ColumnDefault Computed Constraint
        CreateTable DDLElement DefaultClause DropTable ExecutableDDLElement FetchedValue
        ForeignKey ForeignKeyConstraint Identity Index MetaData PrimaryKeyConstraint
        Sequence Table UniqueConstraint insert_sentinel Named TypedColumns
    """,
    "accord.sql": """
        CTE LABEL_STYLE_DEFAULT LABEL_STYLE_DISAMBIGUATE_ONLY LABEL_STYLE_NONE
        LABEL_STYLE_TABLENAME_PLUS_COL AggregateOrderBy Alias BinaryExpression
        BindParameter BooleanClauseList Case Cast ClauseElement ClauseList ColumnClause
        ColumnCollection ColumnElement ColumnOperators Compiled CompoundSelect Delete
        Executable Exists Extract False_ FrameClause FrameClauseType FromClause Function
        FunctionElement FunctionFilter Insert Join Label LambdaElement Lateral Null Over
        ScalarSelect StatementLambdaElement TString
        Select SelectBase SelectLabelStyle Subquery TableClause TableSample
        TableValuedAlias TextClause TextualSelect True_ TryCast Tuple TypeCoerce
        UnaryExpression Update Values WithinGroup aggregate_order_by alias all_ and_
        any_ asc between bindparam bitwise_not case cast collate column cte custom_op
        delete desc distinct except_ except_all exists extract false from_dml_column
        func funcfilter insert intersect intersect_all join label lambda_stmt lateral literal
        literal_column not_ null nulls_first nulls_last nullsfirst nullslast or_ outerjoin
        outparam over
        quoted_name
        select table tablesample text true try_cast tstring tuple_ type_coerce union union_all
        update values within_group UpdateBase
    """,
    "accord.sql.expression": """
        AliasedReturnsRows CollectionAggregate ColumnExpressionArgument GenerativeSelect HasCTE
        HasPrefixes HasSuffixes NotNullable Nullable Operators ReturnsRows SQLColumnExpression
        Selectable TableValuedColumn TextAsFrom ValuesBase Visitable
    """,
    "accord.sqltypes": """
        ARRAY BIGINT BINARY BLOB BOOLEAN CHAR CLOB DATE DATETIME DECIMAL DOUBLE
        DOUBLE_PRECISION FLOAT INT INTEGER JSON NCHAR NUMERIC NVARCHAR REAL SMALLINT TEXT
        TIME TIMESTAMP UUID VARBINARY VARCHAR BigInteger Boolean Date DateTime Double Enum
        Float Integer Interval LargeBinary Numeric NumericCommon PickleType SmallInteger String
        Text Time TupleType TypeDecorator Unicode UnicodeText Uuid
    """,
    "accord.dialect.upsert": "upsert",
    "accord.types": "Binary",
}
_MODULES: Final = frozenset(
    {
        "dialect",
        "dialects",
        "engine",
        "event",
        "exc",
        "ext",
        "hooks",
        "inspection",
        "orm",
        "pool",
        "schema",
        "sql",
        "types",
    }
)
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = ["__version__", *sorted(_HOME_OF), *sorted(_MODULES)]  # noqa: PLE0604  # names from the tables


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is not None:
        found = getattr(import_module(home), name)
    elif name in _MODULES:
        return import_module(f"accord.{name}")  # the import system sets the attribute
    else:
        raise AttributeError(f"module 'accord' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


class _OtherPaths:
    """Last of all finders: paths below this package that only ported code knows (`paths.py`)."""

    @staticmethod
    def find_spec(fullname: str, path: object = None, target: object = None) -> Any:
        if not fullname.startswith(f"{__name__}."):
            return None
        return import_module(f"{__name__}.paths").spec_of(fullname)


sys.meta_path.append(_OtherPaths)
