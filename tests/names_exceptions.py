"""Names of SQLAlchemy that accord does not have, and why; `tests/unit/names` reads the tables.

Patterns are those of fnmatch.
"""

from __future__ import annotations

_INSIDE = "how SQLAlchemy is made inside; nothing a program asks for"
_ASYNC = "asyncio is not there yet"
_TRAVERSAL = "nodes are immutable: visitors.replacement_traverse makes new ones"
_LINTING = "accord does not look for FROM elements that nothing joins"
_OPERATOR_CLASSES = "no type refuses operators, so none says which it has"
_OLD = "deprecated there"
_VECTORS = "vector indexes of Oracle 23 are not there yet; the type VECTOR is"
_FUNCTION = "a function is an expression; table_valued() makes a FROM element of it"
_DECORATOR = "dialect options are checked by the dialect, which declares them"

NAMES = {
    "AdaptedConnection": _ASYNC,
    "AsyncAdaptedQueuePool": _ASYNC,
    "*_async": _ASYNC,
    "BaseRow": _INSIDE,
    "BindTyping": _INSIDE,
    "CacheKey": "the cache goes by ClauseElement.cache_key, which is no object of its own",
    "CollectionAggregateFunction": _INSIDE,
    "ColumnCollectionMixin": _INSIDE,
    "Connectable": _OLD,
    "ConnectionEventsTarget": _INSIDE,
    "CreateEnginePlugin": "plugins are entry points with hooks: docs/events-and-plugins.md",
    "DMLTargetCopy": _INSIDE,
    "EmulatedDBAPIException": _INSIDE,
    "EventTarget": _INSIDE,
    "Events": _INSIDE,
    "FROM_LINTING": _LINTING,
    "NO_LINTING": _LINTING,
    "WARN_LINTING": _LINTING,
    "COLLECT_CARTESIAN_PRODUCTS": _LINTING,
    "FromGrouping": "parentheses are the renderer's business",
    "Grouping": "parentheses are the renderer's business",
    "HasConditionalDDL": _INSIDE,
    "HasDescriptionCode": _INSIDE,
    "Inspectable": _INSIDE,
    "InvokeDDLBase": _INSIDE,
    "ManagesConnection": _INSIDE,
    "OperatorClass": _OPERATOR_CLASSES,
    "OrderByList": _INSIDE,
    "RefCollection": _INSIDE,
    "ReleaseSavepointClause": "savepoints are requests of the engine, not statements",
    "RollbackToSavepointClause": "savepoints are requests of the engine, not statements",
    "SavepointClause": "savepoints are requests of the engine, not statements",
    "ResultProxy": _OLD,
    "SATestSuiteWarning": _INSIDE,
    "Schema[CV]*": _INSIDE,
    "SparseVector": _VECTORS,
    "Vector[DI]*": _VECTORS,
    "SyntaxExtension": "clauses of a dialect are for ext(); whole constructs are for @compiles",
    "TypeClause": _INSIDE,
    "TypeCompiler": "types are rendered by the dialect's type table",
    "Variant": _OLD,
    "*Traversal*": _TRAVERSAL,
    "*CloningVisitor": _TRAVERSAL,
    "ExternallyTraversible": _TRAVERSAL,
    "HasTraverseInternals": _TRAVERSAL,
    "Traversible": _TRAVERSAL,
    "cloned_traverse": _TRAVERSAL,
    "CANCEL": "listeners return what an event says",
    "NO_RETVAL": "listeners return what an event says",
    "adapt_type": _INSIDE,
    "connection_memoize": _INSIDE,
    "dispatcher": _INSIDE,
    "modifier": _INSIDE,
    "reset_*": _INSIDE,
    "result_tuple": _INSIDE,
}
"""Names of modules and of methods."""

METHODS = {
    "*.memoized_instancemethod": _INSIDE,
    "*.apply_syntax_extension_point": _INSIDE,
    "*.argument_for": _DECORATOR,
    "*.get_dialect_option": _DECORATOR,
    "*.as_scalar": _OLD,
    "*.replace_selectable": _OLD,
    "*.shares_lineage": _INSIDE,
    "*.adapt_to_emulated": _INSIDE,
    "*.get_dbapi_type": "how a value is given to the driver is the dialect's type table",
    "*.repr_struct": _INSIDE,
    "CheckConstraint.contains_column": "the columns of a CHECK are those its SQL names",
    "CursorResult.lastrow_has_defaults": "postfetch_cols names them",
    "Connection.schema_for_object": "schema_translate_map is in the render target",
    "DDL.options": "loader options are for queries",
    "Function.corresponding_column": _FUNCTION,
    "Function.is_derived_from": _FUNCTION,
    "Function.options": "loader options are for queries",
    "Function.with_cols": _FUNCTION,
    "Inspector.from_engine": _OLD,
    "Interval.load_dialect_impl": "Interval is a type of its own, not a decorator",
    "Interval.process_*": "Interval is a type of its own, not a decorator",
    "Interval.type_engine": "Interval is a type of its own, not a decorator",
    "Label.as_reference": _INSIDE,
    "Sequence.*options": "a sequence is executed as select(sequence.next_value())",
    "Table.insert_column": "Table(…, extend_existing=True) and append_column()",
    "Table.set_*_ddl": "@compiles says how DDL is written, events when something else runs",
    "T*.options": "loader options are for queries",
    "T*.subquery": "text(…).columns(…).subquery(): without columns nothing could be selected",
    "URL.count": "a URL is no tuple here",
    "URL.index": "a URL is no tuple here",
    "Values.add_cte": "the query that selects from it has a WITH",
    "Insert.corresponding_column": "put the statement into a CTE, which has columns",
    "Update.corresponding_column": "put the statement into a CTE, which has columns",
    "Delete.corresponding_column": "put the statement into a CTE, which has columns",
    "[IUD]*te.is_derived_from": "put the statement into a CTE, which has columns",
    "Insert.is_derived_from": "put the statement into a CTE, which has columns",
}
"""``Class.method`` and functions."""

ARGUMENTS = {
    "*.corresponding_column(require_embedded)": "columns correspond by what they show, embedded",
    "*.get_children(*)": _INSIDE,
    "*.op(operator_class)": _OPERATOR_CLASSES,
    "*.op(visit_name)": "@compiles is for classes; a renderer has visit_<name>_op",
    "*bindparam(isoutparam)": "outparam() makes one",
    "TextualSelect(positional)": "text(…).columns(…) makes one",
    "Function(monotonic)": _INSIDE,
    "*.copy(schema)": "to_metadata(schema=…) copies what refers to a schema",
    "Computed.copy(target_table)": _INSIDE,
    "Connection(connection)": _INSIDE,
    "String(collation_schema)": "expressions have it: column.collate(name, collation_schema=…)",
}
"""``function(argument)``."""
