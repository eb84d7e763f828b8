"""What users hand in, turned into nodes: one function per place it can stand.

Anything with `__clause_element__()` (a mapped class, a mapped attribute, a hybrid) answers for
itself. Strings are never SQL: in ORDER BY and GROUP BY they are names, elsewhere values or an
error. A function without arguments is called for what it means.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from accord.exc import ArgumentError, ObjectNotExecutableError
from accord.sqltypes.base import NULLTYPE, TypeEngine

from .expressions import FALSE, NULL, TRUE
from .nodes import BindParameter, ClauseElement, ColumnElement, Entity, Executable, literal_of
from .selectable import ColumnClause, FromClause

_SELECTED = (ColumnElement, Entity, FromClause)


def element_of(value: Any) -> Any:
    """The node `value` stands for, or `value` itself."""
    seen = 0
    while not isinstance(value, ClauseElement):
        method = getattr(value, "__clause_element__", None)
        if method is None or seen > 8:
            return value
        value = method()
        seen += 1
    return value


def mapped_node(value: Any) -> Any:
    """The Entity of a mapped class, kept on the class so that nobody has to be asked; else None."""
    return vars(value).get("__accord_entity__") if isinstance(value, type) else None


def expression(
    value: Any, type_: TypeEngine | None = None, hint: str = "param"
) -> ColumnElement[Any]:
    """`value` where an expression belongs; a Python value becomes a parameter of `type_`."""
    if isinstance(value, ColumnElement):
        return value
    value = element_of(value)
    if isinstance(value, ColumnElement):
        return value
    if value is None:
        return NULL
    if isinstance(value, ClauseElement):
        return _as_scalar(value)
    return literal_of(value, type_, hint)


def _as_scalar(value: ClauseElement) -> ColumnElement[Any]:
    scalar = getattr(value, "scalar_subquery", None)
    if scalar is not None:
        made: ColumnElement[Any] = scalar()
        return made
    as_column = getattr(value, "as_expression", None)
    if as_column is not None:
        converted: ColumnElement[Any] = as_column()
        return converted
    if isinstance(value, Entity):
        if len(value.columns) == 1:
            return value.columns[0]
        raise ArgumentError(
            f"a class with {len(value.columns)} columns cannot be one SQL value; name the "
            "attribute meant"
        )
    kind = type(value).__name__
    raise ArgumentError(
        f"a {kind} cannot be one SQL value; select one column of it, or name the column meant"
    )


def condition(value: Any) -> ColumnElement[Any]:
    """`value` where a condition belongs: WHERE, HAVING, ON, AND, OR, NOT."""
    if isinstance(value, ColumnElement):
        return value
    value = element_of(value)
    if isinstance(value, ColumnElement):
        return value
    if value is True:
        return TRUE
    if value is False:
        return FALSE
    if value is None:
        return NULL
    if isinstance(value, ClauseElement):
        return _as_scalar(value)
    if isinstance(value, str):
        raise ArgumentError("a string cannot be a condition; write text('…') for a piece of SQL")
    if type(value) is FunctionType:
        return condition(value())
    raise ArgumentError(
        f"an SQL condition is expected here, not {type(value).__name__}; "
        "write a comparison such as User.name == 'x'"
    )


def selected(value: Any) -> ClauseElement:
    """`value` where a column of a select list belongs: an entity, a column, a table (all its
    columns)."""
    if isinstance(value, _SELECTED):
        return value
    node = getattr(value, "__accord_column__", None)
    if node is None:
        node = mapped_node(value)
    if node is not None:
        return node  # type: ignore[no-any-return]  # an Entity, or the column of an attribute
    value = element_of(value)
    if isinstance(value, _SELECTED):
        return value
    if isinstance(value, ClauseElement):
        return value if getattr(value, "selects_as_text", False) else _as_scalar(value)
    if isinstance(value, str) and value == "*":
        return ColumnClause("*", is_literal=True)
    if type(value) is FunctionType:
        return selected(value())
    return literal_of(value) if _is_constant(value) else condition(value)


def _is_constant(value: Any) -> bool:
    """Whether `value` can be selected as itself, and is neither NULL nor a truth value; refuses
    what cannot be selected."""
    if isinstance(value, str):
        raise ArgumentError(
            "a string cannot be selected; write text('…') or literal_column('…') for a piece "
            "of SQL, "
            "literal('…') for a value, column('…') for a column"
        )
    if isinstance(value, (list, tuple, set, dict)):
        raise ArgumentError(
            "select() takes its columns one by one: select(a, b), not select([a, b])"
        )
    if isinstance(value, type):
        raise ArgumentError(
            f"class {value.__qualname__} is not mapped, so it cannot be selected; derive it from a "
            "declarative base"
        )
    if value is None or isinstance(value, bool):
        return False
    if type(value).__module__ != "builtins":
        raise ArgumentError(
            "select() takes columns, tables and mapped classes, not an instance of "
            f"{type(value).__qualname__}"
        )
    return True


def from_element(value: Any) -> FromClause:
    """`value` where a table belongs: FROM, JOIN."""
    value = element_of(value)
    if isinstance(value, FromClause):
        return value
    if isinstance(value, Entity):
        return value.from_clause
    as_from = getattr(value, "as_from", None)  # a text, a function
    if isinstance(value, ClauseElement) and as_from is not None:
        converted: FromClause = as_from()
        return converted
    subquery = getattr(value, "subquery", None)
    if isinstance(value, Executable) and subquery is not None:
        made: FromClause = subquery()
        return made
    if type(value) is FunctionType:
        return from_element(value())
    shown = value.__qualname__ if isinstance(value, type) else type(value).__qualname__
    raise ArgumentError(
        f"a table, alias, subquery, join or mapped class is expected in FROM, not {shown}"
    )


def sort_key(value: Any) -> ColumnElement[Any]:
    """`value` where ORDER BY or GROUP BY wants one; strings are names of selected columns."""
    if isinstance(value, ColumnElement):
        return value
    if isinstance(value, str):
        from .elements import NameReference

        return NameReference(value)
    node = getattr(value, "__accord_column__", None)
    if node is not None:
        return node  # type: ignore[no-any-return]  # the column node of an attribute
    value = element_of(value)
    if isinstance(value, Entity):
        raise ArgumentError("order by an attribute of the class, not by the class itself")
    if type(value) is FunctionType:
        return sort_key(value())
    if not isinstance(value, ClauseElement) and value is not None:
        raise ArgumentError(
            "a column, an expression or the name of a selected column is expected to order or "
            f"group by, not {type(value).__name__}; literal_column('1') is a position"
        )
    return expression(value)


def raw_sql(text: str, where: str) -> str:
    """A piece of SQL the caller vouches for (a hint, a CTE prefix)."""
    if "\0" in text:
        raise ArgumentError(f"{where} takes a string of SQL without NUL characters")
    return text


def written_sql(value: Any) -> ColumnElement[Any]:
    """A prefix or suffix: a string is SQL the caller vouches for, without parameters in it."""
    if isinstance(value, str):
        from .text import TextClause

        return TextClause(raw_sql(value, "prefix_with()"))
    return expression(value)


def executable(value: Any) -> Any:
    """`value` where a statement belongs: what a connection is given to execute."""
    node = element_of(value)
    if not isinstance(node, Executable):
        raise ObjectNotExecutableError(value)
    if node.is_select and isinstance(node, ColumnElement):  # a function call by itself
        select: Any = getattr(node, "select", None)  # Function is a module above
        return select()
    return node


def assigned(value: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`value` where INSERT or UPDATE gives one to `column`; it travels as the column's type."""
    if not isinstance(value, ClauseElement) and not hasattr(value, "__clause_element__"):
        return BindParameter(value, column.type, column.key or "param")
    node = expression(value)
    if isinstance(node, BindParameter) and node.type is NULLTYPE and column.type is not NULLTYPE:
        return node.with_type(column.type)
    return node
