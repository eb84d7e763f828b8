"""PostgreSQL's SQL where it differs from the standard renderer's.

Parameters carry a cast to their type wherever the statement does not say what they are
(``lower(%s::VARCHAR)``), and none beside a column, where one could keep an index from being used.
An IN list is one array (`= ANY`), so its text is the same for any number of values. In: nodes of
accord.sql. Out: text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from accord.dialect.on_conflict import OnConflictClause
from accord.exc import CompileError
from accord.sql.nodes import BindParameter, ColumnElement, Entity
from accord.sql.operators import GETITEM
from accord.sql.selectable import FromClause, TableClause
from accord.sqltypes import STANDARD
from accord.sqltypes.entry import expected
from accord.sqltypes.json import JSONPathType

from .entry import PGEntry
from .literals import quoted
from .parameters import ArrayParameter
from .texts import array_text

if TYPE_CHECKING:
    from accord.sql.elements import Cast
    from accord.sql.expressions import BinaryExpression
    from accord.sql.functions import Function
    from accord.sql.nodes import ClauseElement
    from accord.sql.parts import OrderedParts
    from accord.sql.windows import Over
    from accord.sqltypes import TypeEngine
    from accord.sqltypes.entry import TypeEntry

Expr = ColumnElement[Any]

_STEP = re.compile(r'\."((?:[^"\\]|\\.)*)"|\[(-?\d+)\]', re.S)
_FLAGS = re.compile(r"[a-zA-Z]+\Z")
_HINTS = frozenset({"ONLY"})
_UNTYPED = frozenset({"null", "true", "false"})


class PostgreSQLRenderer(OnConflictClause):
    """The SQL of PostgreSQL 13 and later."""

    bare: BindParameter[Any] | None = None
    """A parameter beside something whose type it takes."""

    def escape_character(self, escape: str) -> str:
        """The character after ESCAPE, which may be a backslash."""
        return quoted(escape)

    # --- parameters -------------------------------------------------------------------------------

    def bind_text(self, bind: BindParameter[Any]) -> str:
        if self.literal_binds:
            return self.literal_bind(bind)
        mark = self.parameter(bind)
        entry = self.entry(bind.type)
        if not isinstance(entry, PGEntry) or not entry.cast:
            return mark
        return mark if bind is self.bare and not entry.strict else f"{mark}::{entry.cast}"

    def visit_binary(self, node: BinaryExpression[Any]) -> str:
        if not node.operator.is_comparison:
            return super().visit_binary(node)
        outer = self.bare
        left, right = node.left, node.right
        alone = isinstance(left, BindParameter) != isinstance(right, BindParameter)
        if alone and not {left.visit_name, right.visit_name} & _UNTYPED:
            self.bare = left if isinstance(left, BindParameter) else right  # type: ignore[assignment]  # one of them is
        try:
            return super().visit_binary(node)
        finally:
            self.bare = outer

    def visit_in_op(self, node: BinaryExpression[Any]) -> str:
        array = self._array(node.right)
        if array is None:
            return super().visit_in_op(node)
        return f"{self.operand(node.left, node.operator)} = ANY ({array})"

    def visit_not_in_op(self, node: BinaryExpression[Any]) -> str:
        array = self._array(node.right)
        if array is None:
            return super().visit_not_in_op(node)
        return f"({self.operand(node.left, node.operator)} != ALL ({array}))"

    def _array(self, node: Expr) -> str | None:
        """An IN list as one parameter; None where it cannot be one: rows, literals, types that are
        unknown or have no arrays of single values."""
        if not isinstance(node, BindParameter) or self.literal_binds or node.literal_execute:
            return None
        entry = self.entry(node.type)
        if not isinstance(entry, PGEntry) or not entry.cast or not entry.has_arrays:
            return None
        if entry.bind_expression is not None:
            return None
        if id(node) in self.shared_marks:
            return f"{self.parameter(node)}::{entry.cast}[]"
        return f"{self.typed_parameter(node, list_entry(entry))}::{entry.cast}[]"

    def typed_parameter(self, bind: BindParameter[Any], entry: TypeEntry) -> str:
        """The mark of a parameter that travels by `entry` instead of its type's."""
        mark = self.parameter(bind)
        number = int(mark.strip("\0"))
        self.slots[number] = self.slots[number]._replace(entry=entry, expanding=None)
        return mark

    # --- operators --------------------------------------------------------------------------------

    def visit_add_op(self, node: BinaryExpression[Any]) -> str:
        """Arrays, JSON and hstore are joined by ``||``."""
        joins = node.left.type.affinity in ("array", "json", "hstore")
        return self.plain_binary(node, " || " if joins else None)

    def visit_bitwise_xor_op(self, node: BinaryExpression[Any]) -> str:
        return self.plain_binary(node, " # ")

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._regexp(node, "~")

    def visit_not_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._regexp(node, "!~")

    def _regexp(self, node: BinaryExpression[Any], symbol: str) -> str:
        flags = dict(node.modifiers).get("flags")
        left = self.wrapped(node.left)
        if flags is None:
            return f"{left} {symbol} {self.wrapped(node.right)}"
        if flags == "i":
            return f"{left} {symbol}* {self.wrapped(node.right)}"
        return f"{left} {symbol} ('(?{_flags(flags)})' || {self.wrapped(node.right)})"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        flags = dict(node.modifiers).get("flags")
        tail = "" if flags is None else f", '{_flags(flags)}'"
        return f"REGEXP_REPLACE({self.process(node.left)}, {self.process(node.right)}{tail})"

    def visit_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._match(node)

    def visit_not_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"NOT ({self._match(node)})"

    def _match(self, node: BinaryExpression[Any]) -> str:
        config = dict(node.modifiers).get("postgresql_regconfig")
        words = self.process(node.right)
        if config is not None:
            words = f"{quoted(str(config))}, {words}"
        return f"{self.wrapped(node.left)} @@ plainto_tsquery({words})"

    def visit_getitem_op(self, node: BinaryExpression[Any]) -> str:
        """A subscript follows a column or another subscript; anything else needs parentheses."""
        left = self.process(node.left)
        bare = node.left.origin is not None or getattr(node.left, "operator", None) is GETITEM
        return f"{left if bare else f'({left})'}[{self.process(node.right)}]"

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_path_getitem_op(self, node: BinaryExpression[Any]) -> str:
        if node.type.affinity == "json":
            return f"({self.wrapped(node.left)} #> {self._path(node.right)})"
        return self._from_text(self.visit_pg_path_astext_op(node), node.type)

    def visit_pg_path_astext_op(self, node: BinaryExpression[Any]) -> str:
        return f"({self.wrapped(node.left)} #>> {self._path(node.right)})"

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        if node.type.affinity == "json":
            return f"({self.wrapped(node.left)} -> {self.wrapped(node.right)})"
        return self._from_text(self.visit_pg_astext_op(node), node.type)

    def _from_text(self, text: str, type_: TypeEngine) -> str:
        """A member that was asked for as a value of `type_`."""
        return text if type_.affinity == "string" else f"CAST({text} AS {self.cast_type(type_)})"

    def visit_pg_astext_op(self, node: BinaryExpression[Any]) -> str:
        return f"({self.wrapped(node.left)} ->> {self.wrapped(node.right)})"

    def _path(self, node: Expr) -> str:
        """A path, which the statement holds as ``$."a"[0]``, as PostgreSQL's array of steps."""
        if not isinstance(node, BindParameter):
            return self.wrapped(node)
        if self.literal_binds:
            return f"{quoted(path_array(node.effective_value))}::TEXT[]"
        return f"{self.typed_parameter(node, _PATH)}::TEXT[]"

    # --- types and functions ----------------------------------------------------------------------

    def visit_try_cast(self, node: Cast[Any]) -> str:
        raise CompileError(
            "PostgreSQL has no TRY_CAST, and CAST raises for what cannot be converted; use "
            "case((func.pg_input_is_valid(text, 'integer'), cast(text, Integer))), before "
            "PostgreSQL 16 with regexp_match() as its condition"
        )

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        value, separator = [self.process(part) for part in node.arguments]
        return f"string_agg({value}, {separator}{self.argument_order(node)})"

    def visit_over(self, node: Over[Any]) -> str:
        if node.element.visit_name == "within_group":
            raise CompileError(
                "PostgreSQL has no OVER beside WITHIN GROUP; group in a subquery and join it"
            )
        return super().visit_over(node)

    def visit_pg_array(self, node: Any) -> str:
        """Items say what they are, so that an array of parameters has a type."""
        text = f"ARRAY[{', '.join([self.process(item) for item in node.clauses])}]"
        if node.clauses:
            return text
        cast = self.target.types.ddl(node.type)
        return f"{text}::{cast}"

    def visit_pg_aggregate_order_by(self, node: Any) -> str:
        keys = ", ".join([self.sort_text(key) for key in node.keys])
        return f"{self.process(node.target)} ORDER BY {keys}"

    def visit_pg_get_key_op(self, node: BinaryExpression[Any]) -> str:
        return f"({self.wrapped(node.left)} -> {self.wrapped(node.right)})"

    def sequence_value(self, sequence: Any) -> str:
        return f"nextval({quoted(self.table_name(sequence))})"

    # --- FROM, FOR UPDATE -------------------------------------------------------------------------

    def hinted(self, element: FromClause) -> str:
        """The only hint there is: ONLY, which leaves out the tables that inherit."""
        text = self.process(element)
        for hint in self.from_hints.get(element.cache_key, ()):
            if hint.upper() not in _HINTS:
                raise CompileError("PostgreSQL knows one hint for a table: ONLY")
            text = f"{hint.upper()} {text}"
        return text

    def fetch_clause(self, parts: OrderedParts) -> str:
        """Numbers with a cast stand in parentheses there."""
        fetch = parts.fetch_clause
        assert fetch is not None
        if fetch.percent:
            raise CompileError("PostgreSQL has no FETCH FIRST … PERCENT")
        text = ""
        if parts.offset_clause is not None:
            text += f"\n OFFSET ({self.process(parts.offset_clause)}) ROWS"
        ties = "WITH TIES" if fetch.with_ties else "ONLY"
        return f"{text}\n FETCH FIRST ({self.process(fetch.number)}) ROWS {ties}"

    def locked_name(self, target: ClauseElement) -> str:
        """FOR UPDATE OF takes names as the FROM clause shows them, without a schema."""
        if isinstance(target, Entity):
            target = target.from_clause
        owner = target if isinstance(target, FromClause) else getattr(target, "table", None)
        if isinstance(owner, TableClause):
            return self.quote(owner.name)
        return super().locked_name(target)

    def visit_tablesample(self, node: Any) -> str:
        """PostgreSQL's sampling methods are functions; numbers stand in them as they are."""
        outer, self.literal_binds = self.literal_binds, True
        try:
            return super().visit_tablesample(node)
        finally:
            self.literal_binds = outer


def _flags(flags: str) -> str:
    if _FLAGS.match(flags) is None:
        raise CompileError("the flags of regexp_match() and regexp_replace() are letters")
    return flags


# --- entries of parameters that are not values of a column ----------------------------------------

_LISTS: dict[int, tuple[PGEntry, PGEntry]] = {}


def list_entry(entry: PGEntry) -> PGEntry:
    """How a list of values of `entry` travels as one parameter."""
    known = _LISTS.get(id(entry))
    if known is not None and known[0] is entry:
        return known[1]
    native, each = entry.native, entry.bind

    def bind(values: Any) -> ArrayParameter:
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise expected("a list of values for IN", values)
        items = values if isinstance(values, list) else list(values)
        if not set(map(type, items)) <= native:
            items = [item if type(item) in native else each(item) for item in items]
        return ArrayParameter(entry.form, items)

    made = replace(
        entry,
        native=frozenset(),
        bind=bind,
        bind_column=None,
        literal=lambda values: quoted(array_text(entry.form, bind(values))),
    )
    if len(_LISTS) > 1000:
        _LISTS.clear()
    _LISTS[id(entry)] = (entry, made)
    return made


def path_array(path: Any) -> str:
    """The steps ``("a", 0)`` as ``{"a","0"}``."""
    return _text_array([str(step) for step in path])


def _text_array(items: Sequence[str]) -> str:
    escaped = [item.replace("\\", "\\\\").replace('"', '\\"') for item in items]
    return "{" + ",".join([f'"{item}"' for item in escaped]) + "}"


_PATH = replace(STANDARD.entry(JSONPathType()), bind=path_array)
