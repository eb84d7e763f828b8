"""Pieces of statement text: quoted names, parameter marks, expressions as fragments, whole texts
kept.

Names go through the one quoting function of `accord.sql`, expressions through the dialect's
renderer, marks are written in the driver's style. In: tables, columns and expressions of a batch.
Out: text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from accord.dialect.steps import AnyColumn, Bind, Execute, Expression, Positions, Row
from accord.exc import CompileError
from accord.records import replace
from accord.sql.clauses import walk
from accord.sql.identifiers import quote_identifier
from accord.sql.render.typed import Rendered
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from accord.schema import Sequence as SchemaSequence, Table
    from accord.sql.compiled import Compiled
    from accord.sql.nodes import ClauseElement
    from accord.sql.target import RenderTarget
    from accord.sqltypes import TypeEntry


class Marks:
    """Parameter marks of one statement, in order: `?`, `%s`, or numbered where the driver numbers
    them.
    """

    __slots__ = ("_count", "_mark", "_numbered")

    _STYLES = {
        "qmark": ("?", False),
        "format": ("%s", False),
        "pyformat": ("%s", False),
        "numeric": (":", True),
        "named": (":", True),
        "numeric_dollar": ("$", True),
    }

    def __init__(self, paramstyle: str) -> None:
        try:
            self._mark, self._numbered = self._STYLES[paramstyle]
        except KeyError:
            raise CompileError(
                f"Unknown paramstyle {paramstyle!r}; a driver has one of {', '.join(self._STYLES)}"
            ) from None
        self._count = 0

    @property
    def numbered(self) -> bool:
        """Whether marks carry numbers."""
        return self._numbered

    def next(self) -> str:
        """The next mark."""
        self._count += 1
        return f"{self._mark}{self._count}" if self._numbered else self._mark

    def take(self, count: int) -> list[str]:
        """The next marks."""
        if not self._numbered:
            self._count += count
            return [self._mark] * count
        return [self.next() for _ in range(count)]

    def rows(self, width: int, count: int) -> str:
        """`count` parenthesised rows of `width` marks each: ``(?, ?), (?, ?)``."""
        if not self._numbered:
            self._count += width * count
            return ", ".join([f"({', '.join([self._mark] * width)})"] * count)
        return ", ".join(f"({', '.join(self.take(width))})" for _ in range(count))


class WrappedMarks(Marks):
    """Marks inside the SQL that the type of each column puts around its values; the columns come
    in turn, row after row.
    """

    __slots__ = ("_around",)

    def __init__(self, paramstyle: str, around: Sequence[tuple[str, str]]) -> None:
        super().__init__(paramstyle)
        self._around = around

    def next(self) -> str:
        """The next mark, wrapped."""
        before, behind = self._around[self._count % len(self._around)]
        return f"{before}{super().next()}{behind}"

    def take(self, count: int) -> list[str]:
        """The next marks, wrapped."""
        return [self.next() for _ in range(count)]

    def rows(self, width: int, count: int) -> str:
        """Rows of wrapped marks."""
        return ", ".join([f"({', '.join(self.take(width))})" for _ in range(count)])


def marks_for(bind: Bind, columns: Sequence[AnyColumn]) -> Marks:
    """The marks of values of `columns`, which come in this order, row after row."""
    around = sent_around(bind, columns)
    style = bind.dialect.paramstyle
    return Marks(style) if around is None else WrappedMarks(style, around)


# -- names -----------------------------------------------------------------------------------------


def quoted(bind: Bind, name: str) -> str:
    """A name as it stands in a statement; where the driver wants a `%` doubled, it is."""
    target = bind.dialect.target
    return target.escaped(quote_identifier(name, target))


def schema_name(bind: Bind, item: Table | SchemaSequence) -> str | None:
    """The schema a table or sequence is addressed with, as a value for the catalog; the execution
    option schema_translate_map may have put it in the place of the one declared.
    """
    return bind.dialect.target.schema_of(item.schema)


def table_name(bind: Bind, item: Table | SchemaSequence) -> str:
    """The name of a table or sequence, with its schema where it has one."""
    name, schema = quoted(bind, item.name), schema_name(bind, item)
    return name if schema is None else f"{quoted(bind, schema)}.{name}"


def column_name(bind: Bind, column: AnyColumn) -> str:
    """A column as it stands in a statement."""
    if column.name is None:
        raise CompileError(f"a column of {column.table} has no name")
    return quoted(bind, column.name)


def column_names(bind: Bind, columns: Iterable[AnyColumn]) -> list[str]:
    """Columns as they stand in a statement."""
    return [column_name(bind, column) for column in columns]


def shape(columns: Iterable[AnyColumn]) -> tuple[Hashable, ...]:
    """Columns as a part of a key: their structural keys (comparing columns would make SQL)."""
    return tuple([column.cache_key for column in columns])


# -- expressions -----------------------------------------------------------------------------------


class Fragment:
    """An SQL expression as text, and the driver-ready values of its marks, in order."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, values: Row) -> None:
        self.text = text
        self.values = values


Assigned = tuple[tuple[AnyColumn, Fragment], ...]


def fragments(bind: Bind, expressions: Sequence[tuple[AnyColumn, Expression]]) -> Assigned:
    """The expressions of a batch, rendered."""
    return tuple([(column, render_fragment(bind, element)) for column, element in expressions])


def render_fragment(bind: Bind, element: Expression) -> Fragment:
    """An expression for a statement that is put together here, its marks in the style of `Marks`.

    Where marks are numbered, values are written as literals: a fragment cannot know its numbers.
    """
    target = bind.dialect.target
    numbered = Marks(target.paramstyle).numbered
    compiled = _compiled(bind, "fragment", element, _positional(target), literal=numbered)
    text, values = compiled.parameters(element.binds)
    return Fragment(text, values if isinstance(values, tuple) else tuple(values.values()))


def _positional(target: RenderTarget) -> RenderTarget:
    """The target with the marks of `Marks`."""
    if target.paramstyle == "pyformat":
        return replace(target, paramstyle="format")
    if Marks(target.paramstyle).numbered:
        return replace(target, paramstyle="qmark")
    return target


def select_request(bind: Bind, element: Expression) -> Execute:
    """``SELECT expression``, as a request of a transaction that is going to write."""
    statement = Select(element)
    compiled = _compiled(bind, "select", statement, bind.dialect.target, literal=False)
    text, values = compiled.parameters(statement.binds)
    return Execute(bind, text, values, write=True, compiled=compiled)


def _compiled(
    bind: Bind, use: str, element: ClauseElement, target: RenderTarget, *, literal: bool
) -> Compiled:
    def compile_() -> Compiled:
        return bind.dialect.renderer(target).compile(element, literal_binds=literal)

    if literal or element.has_anon:
        return compile_()
    key = (use, element.cache_key)
    found = bind.plans.get(key)
    if found is None:
        found = compile_()
        bind.plans.put(key, found)
    return cast("Compiled", found)


# -- what a type puts around values ----------------------------------------------------------------

_SENT = "\x01"


def sent_around(bind: Bind, columns: Sequence[AnyColumn]) -> list[tuple[str, str]] | None:
    """What stands before and behind the mark of each column's value: the `bind_expression` of its
    type; None: nothing around any of them.
    """
    types = bind.dialect.target.types
    wraps = [types.entry(column.type).bind_expression for column in columns]
    if not any(wraps):
        return None
    return [
        ("", "") if wrap is None else _around(bind, wrap(Rendered(_SENT, column.type)), column)
        for column, wrap in zip(columns, wraps, strict=True)
    ]


def _around(bind: Bind, wrapped: Expression, column: AnyColumn) -> tuple[str, str]:
    target = _positional(bind.dialect.target)
    text = _compiled(bind, "around", wrapped, target, literal=True).text
    before, found, behind = text.partition(_SENT)
    if not found or _SENT in behind:
        raise CompileError(
            f"{column.name!r}: the bind_expression() of {type(column.type).__name__} has its value "
            "more than once, or not at all; a key is compared with it once"
        )
    return before, behind


def wraps_in_place(entry: TypeEntry, column: AnyColumn) -> bool:
    """Whether the `bind_expression` of a column's type is text around its parameter: then rows of
    different values share a statement.
    """
    wrapped = entry.bind_expression
    if wrapped is None:
        return True
    found: ClauseElement = wrapped(Rendered(_SENT, column.type))
    return not found.binds and sum(isinstance(node, Rendered) for node in walk(found)) == 1


def fetched_columns(bind: Bind, columns: Sequence[AnyColumn], qualifier: str = "") -> Fetched:
    """Columns as a statement gives them back: inside the `column_expression` of their types. SQL
    made of columns goes as it is.
    """
    if not columns:
        return _NOTHING
    types = bind.dialect.target.types
    texts: list[str] = []
    values: list[object] = []
    owners: list[AnyColumn] = []
    for column in columns:
        if isinstance(column, ColumnClause):
            name = qualifier + column_name(bind, column)
            wrap = types.entry(column.type).column_expression
            if wrap is None:
                texts.append(name)
                continue
            fragment = render_fragment(bind, wrap(Rendered(name, column.type)))
        else:
            fragment = render_fragment(bind, column)
            column = next((c for c in walk(column) if getattr(c, "sensitive", False)), column)
        texts.append(fragment.text)
        values += fragment.values
        owners += [column] * len(fragment.values)
    return Fetched(texts, tuple(values), owners)


class Fetched(NamedTuple):
    """Columns as they are fetched: their texts, the driver-ready values of all marks in them, and
    the column that each of these belongs to.
    """

    texts: list[str]
    values: Row
    columns: list[AnyColumn]


_NOTHING = Fetched([], (), [])


# -- whole statements ----------------------------------------------------------------------------


class _Prepared(NamedTuple):
    text: str
    sensitive: Positions | None


class KeptText(_Prepared):
    """A statement text, and the positions of parameters that nobody may see."""

    returned: Row = ()
    """Values of parameters in what comes back (`Fetched.values`)."""


def kept(
    bind: Bind,
    key: Hashable,
    build: Callable[[], tuple[str, Iterable[AnyColumn]] | tuple[str, Iterable[AnyColumn], Row]],
) -> KeptText:
    """A statement, built once and kept in the bind's bounded cache.

    `build` answers the text, the column of each parameter in the order of the text, and `returned`
    where there is any.
    """
    found = bind.plans.get(key)
    if isinstance(found, KeptText):
        return found
    text, columns, *returned = build()
    hidden = frozenset(
        [place for place, column in enumerate(columns) if getattr(column, "sensitive", False)]
    )
    prepared = KeptText(text, hidden or None)
    if returned and returned[0]:
        prepared.returned = returned[0]
    bind.plans.put(key, prepared)
    return prepared


def constant_columns(assigned: Assigned) -> list[AnyColumn]:
    """The column each value of the expressions belongs to."""
    return [column for column, fragment in assigned for _ in fragment.values]
