"""What every query can be turned into (subquery, CTE, value, part of a UNION), and how it is
ordered and limited. `Select` and `CompoundSelect` are in select.py, `TextualSelect` in text.py."""

from __future__ import annotations

import operator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from accord.exc import ArgumentError, InvalidRequestError
from accord.sqltypes.base import NULLTYPE, TypeEngine
from accord.sqltypes.numeric import Integer

from . import coercion
from .aliases import CTE, Lateral, Subquery
from .collection import ColumnCollection
from .elements import Exists, Label, ScalarSelect
from .nodes import BindParameter, ClauseElement, ColumnElement
from .statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .labels import SelectLabelStyle
    from .select import CompoundSelect
    from .selectable import FromClause

INTEGER = Integer()
_INTEGER_KEY = INTEGER.key
_LIMIT_KEY = ("limit", _INTEGER_KEY)


def whole_number(value: Any, clause: str) -> ColumnElement[Any]:
    """`value` for LIMIT, OFFSET and FETCH: an int as a parameter, or an expression."""
    if isinstance(value, ClauseElement) or hasattr(value, "__clause_element__"):
        return coercion.expression(value)
    try:
        return BindParameter(operator.index(value), INTEGER, "param")
    except TypeError:
        kind = type(value).__name__
        raise ArgumentError(
            f"{clause} takes a whole number or an SQL expression, not {kind}"
        ) from None


class SelectBase(Statement):
    """Anything that yields rows like a SELECT, and can therefore be a subquery, a CTE, part of a
    UNION."""

    __slots__ = ()

    is_select = True
    returns_rows = True

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        """(name in the result, key in `.c` of a subquery, expression) of every result column."""
        raise NotImplementedError

    @property
    def selected_columns(self) -> ColumnCollection[Any]:
        """The expressions of the select list, by key."""
        return ColumnCollection([(key, column) for _, key, column in self.result_columns()])

    @property
    def exported_columns(self) -> ColumnCollection[Any]:
        return self.selected_columns

    def corresponding_column(
        self, column: ColumnElement[Any], require_embedded: bool = False
    ) -> Any:
        """This query's column that shows `column`, or None."""
        return self.selected_columns.corresponding(column)

    def is_derived_from(self, other: FromClause | None) -> bool:
        """Whether rows of this query are rows of `other`."""
        from .froms import froms_of

        if other is None:
            return False
        columns = [column for _, _, column in self.result_columns()]
        return any(f.is_derived_from(other) for column in columns for f in froms_of(column))

    def set_label_style(self, style: SelectLabelStyle) -> SelectBase:
        """Only SELECT and its set operations name their columns."""
        return self

    def get_label_style(self) -> SelectLabelStyle:
        from .labels import LABEL_STYLE_NONE

        return LABEL_STYLE_NONE

    def ext(self, extension: Any) -> Self:
        """A clause that only some databases have; see what a dialect publishes
        (``accord.dialects.postgresql.distinct_on``)."""
        extend = getattr(extension, "extend_select", None)
        if extend is None:
            raise ArgumentError(
                "ext() of a SELECT takes an extension of a dialect, such as "
                f"accord.dialects.postgresql.distinct_on(column), not {type(extension).__name__}"
            )
        made: Self = extend(self)
        return made

    def add_cte(self, *ctes: CTE, nest_here: bool = False) -> Self:
        """Put CTEs into WITH that nothing in the statement refers to (DML, usually); `nest_here`
        into the WITH of this very query."""
        return self._then("nest_ctes" if nest_here else "add_ctes", *ctes)

    def scalar_type(self) -> TypeEngine:
        """The type of this query as a value: its only column's."""
        columns = self.result_columns()
        return columns[0][2].type if columns else NULLTYPE

    def subquery(self, name: str | None = None) -> Subquery:
        """This query as a FROM element."""
        return Subquery(self, name)

    def alias(self, name: str | None = None, flat: bool = False) -> Subquery:
        return Subquery(self, name)

    def lateral(self, name: str | None = None) -> Lateral:
        return Lateral(self, name)

    def cte(self, name: str | None = None, recursive: bool = False, nesting: bool = False) -> CTE:
        """This query as an entry of the WITH clause of whatever uses it."""
        return CTE(self, name, recursive, nesting)

    def scalar_subquery(self) -> ScalarSelect[Any]:
        """This query as a value."""
        return ScalarSelect(self)

    as_in_operand = scalar_subquery

    def into(
        self,
        target: str,
        *,
        metadata: Any = None,
        schema: str | None = None,
        temporary: bool = False,
        if_not_exists: bool = False,
    ) -> Any:
        """CREATE TABLE `target` AS this query, a `accord.schema.CreateTableAs` to be executed; its
        `table` is the new table.
        """
        # DDL stands above SQL in the layers, and only a program that makes tables pays for it
        schema_views = import_module("accord.schema.views")
        return schema_views.CreateTableAs(
            self,
            target,
            metadata=metadata,
            schema=schema,
            temporary=temporary,
            if_not_exists=if_not_exists,
        )

    def label(self, name: str | None) -> Label[Any]:
        return Label(name, self.scalar_subquery())

    def exists(self) -> Exists:
        return Exists(self)

    def union(self, *others: Any) -> CompoundSelect[Any]:
        return compound("UNION", self, *others)

    def union_all(self, *others: Any) -> CompoundSelect[Any]:
        return compound("UNION ALL", self, *others)

    def intersect(self, *others: Any) -> CompoundSelect[Any]:
        return compound("INTERSECT", self, *others)

    def intersect_all(self, *others: Any) -> CompoundSelect[Any]:
        return compound("INTERSECT ALL", self, *others)

    def except_(self, *others: Any) -> CompoundSelect[Any]:
        return compound("EXCEPT", self, *others)

    def except_all(self, *others: Any) -> CompoundSelect[Any]:
        return compound("EXCEPT ALL", self, *others)

    def where(self, *criteria: Any) -> Self:
        raise InvalidRequestError(
            f"{type(self).__name__} has no WHERE of its own; select from a subquery of it"
        )

    def correlate(self, *froms: Any) -> Self:
        raise InvalidRequestError(
            f"{type(self).__name__} does not correlate; correlate the selects in it"
        )

    def correlate_except(self, *froms: Any) -> Self:
        return self.correlate(*froms)

    def with_hint(self, selectable: Any, text: str, dialect_name: str = "*") -> Self:
        raise InvalidRequestError(f"{type(self).__name__} takes no hints; give them to its selects")

    def with_statement_hint(self, text: str, dialect_name: str = "*") -> Self:
        return self.with_hint(None, text, dialect_name)

    def select_from(self, *froms: Any) -> Self:
        raise InvalidRequestError(f"{type(self).__name__} has no FROM of its own")


class OrderedSelect(SelectBase):
    """ORDER BY, GROUP BY, LIMIT, FOR UPDATE: what SELECT and UNION have in common."""

    __slots__ = ()

    def order_by(self, *keys: Any) -> Self:
        """Add to ORDER BY; `order_by(None)` empties it. Strings are names of selected columns."""
        if len(keys) == 1:
            key = keys[0]
            # A mapped attribute knows its column; it is what most queries are ordered by.
            node = getattr(key, "__accord_column__", None)
            if node is None:
                if key is None or key is False:
                    return self._then("clear_order")
                node = coercion.sort_key(key)
            new = object.__new__(type(self))  # `_then_one`, as in Select.where
            new.cache_key = self.cache_key + ("order_by", node.cache_key)  # noqa: RUF005 - as above
            new.binds = self.binds + node.binds
            new.has_anon = self.has_anon or node.has_anon
            new.execution_options_map = self.execution_options_map
            new._previous = self
            new._step = "order_by"
            new._given = node
            return new
        if keys and (keys[0] is None or keys[0] is False):
            return self._then("clear_order")
        return self._then("order_by", *[coercion.sort_key(key) for key in keys])

    def group_by(self, *keys: Any) -> Self:
        """Add to GROUP BY; `group_by(None)` empties it."""
        if keys and (keys[0] is None or keys[0] is False):
            return self._then("clear_group")
        return self._then("group_by", *[coercion.sort_key(key) for key in keys])

    def limit(self, limit: Any) -> Self:
        if type(limit) is int:
            bind: BindParameter[Any] = object.__new__(BindParameter)  # as in predicates.compare
            bind.value, bind.type, bind.hint, bind.cache_key = limit, INTEGER, "param", _INTEGER_KEY
            new = object.__new__(type(self))  # `_then_one`, as in Select.where
            new.cache_key = self.cache_key + _LIMIT_KEY
            new.binds = self.binds + (bind,)  # noqa: RUF005 - twice as fast as unpacking
            new.has_anon = self.has_anon
            new.execution_options_map = self.execution_options_map
            new._previous = self
            new._step = "limit"
            new._given = bind
            return new
        if limit is None:
            return self._then("no_limit")
        return self._then_one("limit", whole_number(limit, "limit()"))

    def offset(self, offset: Any) -> Self:
        if offset is None:
            return self._then("no_offset")
        return self._then_one("offset", whole_number(offset, "offset()"))

    def slice(self, start: int, stop: int | None) -> Self:
        """Rows `start` to `stop`, as Python counts."""
        sliced = self.offset(start) if start else self._then("no_offset")
        return sliced.limit(None if stop is None else stop - (start or 0))

    def fetch(self, count: Any, with_ties: bool = False, percent: bool = False) -> Self:
        """``FETCH FIRST count ROWS``."""
        if count is None:
            return self._then("no_limit")
        return self._then("fetch", whole_number(count, "fetch()"), bool(with_ties), bool(percent))

    def with_for_update(
        self,
        *,
        nowait: bool = False,
        read: bool = False,
        of: Any = None,
        skip_locked: bool = False,
        key_share: bool = False,
    ) -> Self:
        """``FOR UPDATE``, or FOR SHARE with `read`, of the tables `of` names."""
        targets = () if of is None else tuple(of) if isinstance(of, (list, tuple)) else (of,)
        nodes = tuple([coercion.selected(target) for target in targets])
        flags = (bool(nowait), bool(read), bool(skip_locked), bool(key_share))
        return self._then("for_update", nodes, flags)


def compound(keyword: str, *selects: Any) -> CompoundSelect[Any]:
    from .select import CompoundSelect

    return CompoundSelect(keyword, *selects)
