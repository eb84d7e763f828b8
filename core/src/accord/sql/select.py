"""select(): builders for SELECT and its set operations; everything a query can be turned into.

In: columns, entities, conditions in any form coercion.py understands. Out: immutable statements
(see statement.py). What the calls amount to is worked out in parts.py, the FROM list in froms.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from accord.exc import ArgumentError

from . import coercion
from .aliases import Subquery
from .collection import ColumnCollection
from .elements import ScalarSelect
from .expressions import BinaryExpression
from .labels import descriptions
from .nodes import (
    NO_OPTIONS,
    ClauseElement,
    ColumnElement,
    Entity,
)
from .selectable import FromClause
from .selectbase import OrderedSelect, SelectBase
from .statement import TypedReturnsRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import TypeVar

    from .labels import SelectLabelStyle
    from .parts import CompoundParts, SelectParts
    from .typed import AddColumnsCall, CompoundCall, OnlyColumnsCall, ScalarSubqueryCall

    Row = TypeVar("Row", default=Any)
else:
    from typing import TypeVar

    Row = TypeVar("Row")


_new: Final = object.__new__


class Select(OrderedSelect, TypedReturnsRows[Row]):
    """``SELECT …``"""

    __slots__ = ()

    visit_name = "select"

    def __init__(self, *columns: Any) -> None:
        if len(columns) == 1 and not isinstance(columns[0], ColumnCollection):
            column = coercion.selected(columns[0])
            self.cache_key = ("select", column.cache_key)  # `_begin`, for one node
            self.binds = column.binds
            self.has_anon = column.has_anon
            self.execution_options_map = NO_OPTIONS
            self._previous = None
            self._step = "columns"
            self._given = column
        else:
            self._begin("columns", tuple(all_selected(columns)))

    if TYPE_CHECKING:
        add_columns: AddColumnsCall[Row]
        with_only_columns: OnlyColumnsCall
        # SelectBase has the bodies of these.
        scalar_subquery: ScalarSubqueryCall[Row]
        union: CompoundCall[Row]
        union_all: CompoundCall[Row]
        intersect: CompoundCall[Row]
        intersect_all: CompoundCall[Row]
        except_: CompoundCall[Row]
        except_all: CompoundCall[Row]

        @property
        def parts(self) -> SelectParts: ...

    def _new_parts(self) -> SelectParts:
        from .parts import SelectParts

        return SelectParts()

    # --- select list ------------------------------------------------------------------------------

    @property
    def raw_columns(self) -> tuple[ClauseElement, ...]:
        """What is selected, as it was given: entities, columns, tables."""
        return self.parts.raw_columns

    @property
    def column_descriptions(self) -> list[dict[str, Any]]:
        """For each item selected: its name, type, and the mapped class it comes from."""
        return descriptions(self.raw_columns)

    if not TYPE_CHECKING:  # typed.py says what type checkers know of them

        def add_columns(self, *columns: Any) -> Select[Any]:
            return self._then("add_columns", *all_selected(columns))

        def with_only_columns(
            self, *columns: Any, maintain_column_froms: bool = False
        ) -> Select[Any]:
            """Replace the select list; with `maintain_column_froms`, FROM stays what it was."""
            froms = self.columns_clause_froms if maintain_column_froms else ()
            replaced = self.select_from(*froms) if froms else self
            return replaced._then("only_columns", *all_selected(columns))

    def column(self, column: Any) -> Select[Any]:
        return self.add_columns(column)

    def reduce_columns(self, only_synonyms: bool = True) -> Select[Any]:
        """Without the columns that a foreign key or WHERE says to be equal to another one."""
        from .reduction import reduced

        kept = reduced(self.inner_columns, self.parts.where_clauses, only_synonyms=only_synonyms)
        return self.with_only_columns(*kept, maintain_column_froms=True)

    def set_label_style(self, style: SelectLabelStyle) -> Self:
        """How columns are named: as they are, told apart (the default), or ``table_column``."""
        return self if style is self.parts.naming else self._then("label_style", style.name)

    def get_label_style(self) -> SelectLabelStyle:
        return self.parts.naming

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        return [(c.name, c.key, c.element) for c in self.parts.named_columns]

    @property
    def inner_columns(self) -> tuple[ColumnElement[Any], ...]:
        """The select list with entities and tables spelled out."""
        return tuple([c.element for c in self.parts.named_columns])

    @property
    def c(self) -> ColumnCollection[Any]:
        return self.selected_columns

    columns = c

    def distinct(self, *expressions: Any) -> Self:
        """``DISTINCT``, or ``DISTINCT ON (…)`` with expressions."""
        return self._then("distinct", *[coercion.sort_key(value) for value in expressions])

    # --- conditions -------------------------------------------------------------------------------

    @property
    def whereclause(self) -> ColumnElement[Any] | None:
        return self.parts.whereclause

    def where(self, *criteria: Any) -> Self:
        """Add conditions, joined by AND."""
        if len(criteria) == 1:
            criterion = criteria[0]
            if type(criterion) is not BinaryExpression and not isinstance(criterion, ColumnElement):
                criterion = coercion.condition(criterion)
            new = _new(type(self))  # `_then_one` inlined, for every query comes here
            new.cache_key = self.cache_key + ("where", criterion.cache_key)  # noqa: RUF005 - fast
            new.binds = self.binds + criterion.binds
            new.has_anon = self.has_anon or criterion.has_anon
            new.execution_options_map = self.execution_options_map
            new._previous = self
            new._step = "where"
            new._given = criterion
            return new
        return self._then("where", *[coercion.condition(criterion) for criterion in criteria])

    filter = where

    def filter_by(self, **values: Any) -> Self:
        """Conditions ``name = value`` on attributes of the entity joined last, or selected
        first; if it has none of that name, of the only one in FROM that has."""
        named = self.parts.attribute
        return self.where(*[named(name) == value for name, value in values.items()])

    def having(self, *criteria: Any) -> Self:
        return self._then("having", *[coercion.condition(criterion) for criterion in criteria])

    # --- FROM -------------------------------------------------------------------------------------

    def select_from(self, *froms: Any) -> Self:
        return self._then("select_from", *[_from_or_entity(value) for value in froms])

    def join(
        self, target: Any, onclause: Any = None, *, isouter: bool = False, full: bool = False
    ) -> Self:
        """Join `target` (a table, a class, a relationship) to what is selected so far."""
        if type(onclause) is BinaryExpression and isinstance(target, type):
            node = getattr(target, "__accord_entity__", None)
            if node is not None and node.owner.class_ is target and not (isouter or full):
                return self._join_on(node, onclause)
        return self._join(None, target, onclause, isouter, full)

    def outerjoin(self, target: Any, onclause: Any = None, *, full: bool = False) -> Self:
        return self._join(None, target, onclause, True, full)

    def join_from(
        self,
        from_: Any,
        target: Any,
        onclause: Any = None,
        *,
        isouter: bool = False,
        full: bool = False,
    ) -> Self:
        """Join `target` to `from_`."""
        return self._join(_from_or_entity(from_), target, onclause, isouter, full)

    def outerjoin_from(
        self, from_: Any, target: Any, onclause: Any = None, *, full: bool = False
    ) -> Self:
        return self._join(_from_or_entity(from_), target, onclause, True, full)

    def _join(
        self, left: ClauseElement | None, target: Any, onclause: Any, isouter: bool, full: bool
    ) -> Self:
        flags = (bool(isouter), bool(full))
        find = getattr(target, "__join_target__", None)
        if find is None and onclause is not None and not isinstance(onclause, ColumnElement):
            if hasattr(onclause, "__join_target__"):
                narrowed = getattr(onclause, "of_type", None)
                find = (onclause if narrowed is None else narrowed(target)).__join_target__
                onclause = None
            else:
                onclause = coercion.condition(onclause)
        if find is not None:
            found = find(None if left is None else coercion.from_element(left))
            extra = () if onclause is None else (onclause,)
            return self._then("join_steps", found.left, found.steps, found.entity, extra, flags)
        node = target if isinstance(target, FromClause) else _from_or_entity(target)
        if left is None and onclause is not None and not (isouter or full):
            return self._join_on(node, onclause)
        return self._then("join", left, node, onclause, flags)

    def _join_on(self, node: ClauseElement, onclause: ColumnElement[Any]) -> Self:
        """`_then` for the frequent join: to what there is, on a condition."""
        new = _new(type(self))
        new.cache_key = self.cache_key + ("join_on", node.cache_key, onclause.cache_key)  # noqa: RUF005
        new.binds = self.binds + node.binds + onclause.binds
        new.has_anon = self.has_anon or node.has_anon or onclause.has_anon
        new.execution_options_map = self.execution_options_map
        new._previous = self
        new._step = "join_on"
        new._given = (node, onclause)
        return new

    def froms(self) -> list[FromClause]:
        """The FROM list, joins put together."""
        from .froms import from_list

        return from_list(self.parts)

    get_final_froms = froms

    @property
    def columns_clause_froms(self) -> list[FromClause]:
        """What the select list alone would put into FROM."""
        from .froms import froms_of

        return [f for column in self.raw_columns for f in froms_of(column)]

    def correlate(self, *froms: Any) -> Self:
        """As a subquery, leave these FROM elements to the enclosing queries; `correlate(None)` or
        False: none at all. Without it, what the query around this one has is left to that one."""
        if froms and (froms[0] is None or froms[0] is False):
            return self._then("correlate")
        return self._then("correlate", *[coercion.from_element(value) for value in froms])

    def correlate_except(self, *froms: Any) -> Self:
        """As a subquery, leave all FROM elements but these to the enclosing query."""
        if froms and (froms[0] is None or froms[0] is False):
            return self._then("correlate_except")
        return self._then("correlate_except", *[coercion.from_element(value) for value in froms])

    # --- the rest ---------------------------------------------------------------------------------

    def prefix_with(self, *texts: Any, dialect: str = "*") -> Self:
        """SQL between SELECT and the columns."""
        return self._then("prefix", *[(as_text(text), dialect) for text in texts])

    def suffix_with(self, *texts: Any, dialect: str = "*") -> Self:
        """SQL after everything else."""
        return self._then("suffix", *[(as_text(text), dialect) for text in texts])

    def with_hint(self, selectable: Any, text: str, dialect_name: str = "*") -> Self:
        """A hint for one FROM element, in the database's own words; ``%(name)s`` is its name."""
        hint = coercion.raw_sql(text, "with_hint()")
        return self._then("hint", coercion.from_element(selectable), hint, dialect_name)

    def with_statement_hint(self, text: str, dialect_name: str = "*") -> Self:
        hint = coercion.raw_sql(text, "with_statement_hint()")
        return self._then("hint", None, hint, dialect_name)

    def from_statement(self, statement: Any) -> Self:
        """Take the rows of `statement` (text, DML with RETURNING, a UNION) as rows of these
        columns."""
        node = coercion.element_of(statement)
        if not isinstance(node, ClauseElement):
            raise ArgumentError("from_statement() takes text(…), a select or DML with returning()")
        return self._then("from_statement", node)


def _from_or_entity(value: Any) -> ClauseElement:
    """A FROM element, or the Entity itself so that the ORM's knowledge of it is kept."""
    if isinstance(value, (FromClause, Entity)):
        return value
    node = coercion.mapped_node(value)
    if node is not None:
        return node  # type: ignore[no-any-return]  # an Entity
    element = coercion.element_of(value)
    return element if isinstance(element, Entity) else coercion.from_element(element)


def as_text(value: Any) -> Any:
    from .text import TextClause

    return TextClause(value) if isinstance(value, str) else coercion.expression(value)


def all_selected(columns: Iterable[Any]) -> Iterator[ClauseElement]:
    """Coerce what is selected; ``table.c["a", "b"]`` is two columns."""
    for column in columns:
        if isinstance(column, ColumnCollection):
            yield from column
        else:
            yield coercion.selected(column)


class CompoundSelect(OrderedSelect, TypedReturnsRows[Row]):
    """``SELECT … UNION SELECT …`` and its relatives."""

    __slots__ = ()

    visit_name = "compound_select"

    def __init__(self, keyword: str, *selects: Any) -> None:
        if not selects:
            raise ArgumentError(f"{keyword} needs at least one select")
        nodes = tuple([_query(select) for select in selects])
        widths = {
            len(node.result_columns()) for node in nodes if node.visit_name != "textual_select"
        }
        if len(widths) > 1:
            raise ArgumentError(
                f"all parts of a {keyword} need the same number of columns; these have "
                + " and ".join(str(width) for width in sorted(widths))
            )
        self._begin("selects", (keyword, nodes))

    if TYPE_CHECKING:

        @property
        def parts(self) -> CompoundParts: ...

    def _new_parts(self) -> CompoundParts:
        from .parts import CompoundParts

        return CompoundParts()

    @property
    def selects(self) -> tuple[SelectBase, ...]:
        return self.parts.select_list

    def set_label_style(self, style: SelectLabelStyle) -> CompoundSelect[Row]:
        """A copy whose queries name their columns like that."""
        first, *others = self.steps
        keyword, selects = first[1]
        renamed = tuple([select.set_label_style(style) for select in selects])
        return self._of_steps([(first[0], (keyword, renamed)), *others])

    def get_label_style(self) -> SelectLabelStyle:
        return self.selects[0].get_label_style()

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        return self.selects[0].result_columns()

    @property
    def raw_columns(self) -> tuple[ClauseElement, ...]:
        first = self.selects[0]
        return first.raw_columns if isinstance(first, (Select, CompoundSelect)) else ()

    def froms(self) -> list[FromClause]:
        found: Iterable[SelectBase] = self.selects
        return [
            f
            for select in found
            if isinstance(select, (Select, CompoundSelect))
            for f in select.froms()
        ]


def _query(value: Any) -> SelectBase:
    node = coercion.element_of(value)
    if isinstance(node, ScalarSelect):
        node = node.element
    if isinstance(node, Subquery):
        node = node.element
    if isinstance(node, FromClause):
        node = node.select()
    if not isinstance(node, SelectBase):
        raise ArgumentError(f"a UNION and its like take selects, not {type(value).__name__}")
    return node
