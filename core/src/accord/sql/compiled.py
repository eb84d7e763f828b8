"""Compiled: SQL text ready for a driver, and how its parameters are taken from any statement of the
same key.

The renderer makes one; the cache keeps it; `parameters()` is called per execution with the binds of
the statement at hand. It holds positions and types, never the values of one execution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from accord.exc import CompileError, StatementError
from accord.sqltypes.binding import bind_rows, bind_value
from accord.sqltypes.entry import BindError

from .nodes import CALLED, REQUIRED, BindParameter, Missing

if TYPE_CHECKING:
    from accord.sqltypes.base import TypeEngine
    from accord.sqltypes.entry import TypeEntry

    from .target import RenderTarget

_EXPANSIONS = 16  # texts kept per statement with expanding parameters
_KEPT_UP_TO = 256  # elements of their lists; longer texts are quicker made than they are sent
_PADDED_UP_TO = 1 << 15
_WRITTEN_OUT = 24  # parameters

Parameters = tuple[Any, ...] | dict[str, Any]
Binds = tuple[BindParameter[Any], ...]


class ResultColumn(NamedTuple):
    """One column of the result: the name rows know it by, its type, what makes driver values
    Python's. Where an alias is involved, `key` holds the tokens of the construction that was
    compiled: rows asked by column then go by the statement at hand."""

    name: str
    type: TypeEngine
    result: Callable[[Any], Any] | None
    key: Any = None  # structural key of the expression, for rows asked by column
    also: str | None = None  # another name rows know it by: the key of a Column


class Loose(NamedTuple):
    """Columns whose names the driver has to tell, for the user's text stands among them.

    `by_position` they are one for one those of the result, where their number is the same; else
    each is the one of its name.
    """

    columns: tuple[ResultColumn, ...]
    textual: frozenset[int]
    """The positions of what is text; the others know their names."""
    by_position: bool
    shapes: dict[tuple[str, ...], Any]
    """What the engine makes of them, by the names of the driver."""


class Slot(NamedTuple):
    """One parameter of the text, in the order of the text.

    `source` is a position in the statement's binds, the name of a value given at execution, or (for
    expressions that belong to the schema, such as column defaults) the parameter itself.
    """

    source: int | str | BindParameter[Any]
    name: str  # as the driver knows it, where parameters have names
    entry: TypeEntry
    label: str  # for messages
    expanding: Expanding | None = None
    sensitive: bool = False
    inline: bool = False  # written into the text at each execution (literal_execute)


class Expanding(NamedTuple):
    """An IN list: how it is written."""

    entries: tuple[TypeEntry, ...]  # one, or one per element of a row value
    empty: str  # what makes the whole comparison false (IN) or true (NOT IN)
    rows: bool  # its elements are tuples
    prefix: str = ""  # "VALUES "
    at_most: int = 0  # elements of one list, where the database limits them
    joint: str = ""  # what stands between two lists then: ") OR x IN ("
    around: tuple[tuple[str, str], ...] = ()  # what a type's bind_expression puts around values

    def wrapped(self, place: int, element: str) -> str:
        """An element, or the part of a row value in this place, as its type has it sent."""
        return element.join(self.around[place]) if self.around else element

    def listed(self, elements: Sequence[str]) -> str:
        """The elements as one list, or as several of the length allowed."""
        if self.around:
            elements = [self.wrapped(0, element) for element in elements]
        if not self.joint or len(elements) <= self.at_most:
            return self.prefix + ", ".join(elements)
        starts = range(0, len(elements), self.at_most)
        return self.joint.join([", ".join(elements[i : i + self.at_most]) for i in starts])


def _taken(
    positions: tuple[int, ...], binds: Binds, natives: Sequence[frozenset[type]]
) -> tuple[Any, ...] | None:
    values = tuple([binds[position].value for position in positions])
    for value, native in zip(values, natives, strict=True):
        if type(value) not in native:
            return None
    return values


Taker = Callable[[Binds, Sequence[frozenset[type]]], "tuple[Any, ...] | None"]


@lru_cache(maxsize=256)
def taker(positions: tuple[int, ...]) -> Taker:
    """The function that takes the values of the binds at `positions`; None if the driver does not
    take one of them as it is. Every query passes here, so it is written out for a few values.
    """
    if len(positions) > _WRITTEN_OUT:
        return partial(_taken, positions)
    places = range(len(positions))
    lines = [
        "def taken(binds, natives):",
        *(f"    v{place} = binds[{position}].value" for place, position in enumerate(positions)),
        *(f"    if type(v{place}) not in natives[{place}]: return None" for place in places),
        f"    return ({''.join(f'v{place}, ' for place in places)})",
    ]
    namespace: dict[str, Any] = {}
    exec("\n".join(lines), namespace)
    made: Taker = namespace["taken"]
    return made


class Compiled:
    """A rendered statement.

    `slots[i]` says where parameter i comes from. `prefetch` names the parameters a Python-side
    column default has to fill: (position, column); the value is given under the name
    ``slots[position]``.
    """

    __slots__ = (
        "_expanded", "_fast", "_inlines", "_natives", "_pieces", "_taken", "columns", "is_write",
        "loose", "only_reads", "parameter_slots", "prefetch", "returns_rows", "slots", "table",
        "target", "text",
    )  # fmt: skip

    def __init__(
        self,
        target: RenderTarget,
        pieces: Sequence[str],
        parameter_slots: Sequence[Slot],
        columns: tuple[ResultColumn, ...],
        *,
        is_write: bool,
        returns_rows: bool,
        prefetch: tuple[tuple[int, Any], ...] = (),
        table: Any = None,
        loose: Loose | None = None,
    ) -> None:
        self.target = target
        self.loose = loose
        self.parameter_slots = tuple(parameter_slots)
        self.slots = tuple([slot.source for slot in self.parameter_slots])
        self.columns = columns
        self.is_write = is_write
        self.returns_rows = returns_rows
        self.only_reads = bool(columns) and not is_write
        self.prefetch = prefetch
        self.table = table
        # text between parameters; for `format` styles with % doubled
        self._pieces = tuple([target.escaped(piece) for piece in pieces])
        self._expanded: dict[tuple[int, ...], str] = {}
        self._inlines = any(slot.inline for slot in self.parameter_slots)
        varying = self._inlines or any(slot.expanding for slot in self.parameter_slots)
        self.text = "" if varying else self.joined([1] * len(self.parameter_slots))
        positional = target.paramstyle in ("qmark", "format")
        plain = not varying and positional and all(type(source) is int for source in self.slots)
        self._fast: tuple[Any, ...] | None = self.slots if plain else None
        self._taken = taker(self._fast) if self._fast is not None else None
        self._natives = tuple([slot.entry.native for slot in self.parameter_slots])

    @property
    def all_columns(self) -> tuple[ResultColumn, ...]:
        """`columns`, or those whose names the driver has to tell."""
        return self.columns if self.loose is None else self.loose.columns

    # --- per execution ----------------------------------------------------------------------------

    def parameters(
        self, binds: Binds, given: Mapping[str, Any] | None = None
    ) -> tuple[str, Parameters]:
        """The text and the driver's parameters for a statement with these binds.

        `given` are values by name (``conn.execute(stmt, {"x": 5})``, defaults of columns). Values
        are converted to what the driver takes; StatementError names a parameter that does not fit.
        """
        if self._taken is not None and not given:
            values = self._taken(binds, self._natives)
            if values is not None:
                return self.text, values
        return self._converted(binds, given or {})

    def at_once(self, values: Sequence[Any]) -> tuple[str, Parameters] | None:
        """As `parameters`, for values in the order of the binds; None if they need a closer
        look.
        """
        fast = self._fast
        if fast is None:
            return None
        row = tuple([values[position] for position in fast])
        for value, native in zip(row, self._natives):  # noqa: B905 - hot, equal lengths
            if type(value) not in native:
                return None
        return self.text, row

    def _converted(self, binds: Binds, given: Mapping[str, Any]) -> tuple[str, Parameters]:
        raw = [self._value(slot, binds, given) for slot in self.parameter_slots]
        sizes = tuple([
            1 if slot.expanding is None else _bucket(len(value), self.target.max_parameters)
            for slot, value in zip(self.parameter_slots, raw, strict=True)
        ])  # fmt: skip
        text = self.joined(sizes, raw) if self._inlines else self.text or self._text_for(sizes)
        flat: list[tuple[str, Any]] = []
        for slot, value, size in zip(self.parameter_slots, raw, sizes, strict=True):
            if slot.inline:
                continue
            if slot.expanding is None:
                flat.append((slot.name, bind_value(slot.entry, slot.label, value)))
            else:
                flat.extend(_expanded_values(slot, slot.expanding, value, size))
        return text, self._packed(flat)

    def _packed(self, flat: list[tuple[str, Any]]) -> Parameters:
        if self.target.paramstyle in ("named", "pyformat"):
            return dict(flat)
        if self.target.paramstyle in ("qmark", "format"):
            return tuple([value for _, value in flat])
        return tuple(dict(flat).values())  # numbered: a parameter used twice is sent once

    def _value(self, slot: Slot, binds: Binds, given: Mapping[str, Any]) -> Any:
        source = slot.source
        if isinstance(source, str):
            if source not in given:
                raise StatementError(
                    f"A value is required for bind parameter {source!r}", self.text
                )
            value = given[source]
        else:
            bind = binds[source] if isinstance(source, int) else source
            value = given.get(bind.name, bind.value) if bind.name is not None else bind.value
            if isinstance(value, Missing):
                value = self._missing(bind, value)
        if slot.expanding is not None:
            return _as_list(value, slot)
        return value

    def _missing(self, bind: BindParameter[Any], value: Missing) -> Any:
        if value is CALLED and bind.callable_ is not None:
            return bind.callable_()
        name = bind.name or bind.hint
        if value is REQUIRED and not bind.required:
            return None
        raise StatementError(f"A value is required for bind parameter {name!r}", self.text)

    def many(self, binds: Binds, rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[Any]]:
        """Text and parameters of an executemany: one mapping of values per row."""
        slots = self.parameter_slots
        if any(slot.expanding is not None for slot in slots):
            raise StatementError(
                "an IN list cannot be a parameter of several rows at once", self.text
            )
        if self.target.paramstyle not in ("qmark", "format"):
            return self.text, [self._converted(binds, row)[1] for row in rows]
        raw = [tuple([self._value(slot, binds, row) for slot in slots]) for row in rows]
        entries = [slot.entry for slot in slots]
        return self.text, bind_rows(entries, [slot.label for slot in slots], raw)

    @property
    def sensitive_positions(self) -> frozenset[int]:
        """Parameters that must never be shown."""
        return frozenset([i for i, slot in enumerate(self.parameter_slots) if slot.sensitive])

    # --- text -------------------------------------------------------------------------------------

    def _text_for(self, sizes: tuple[int, ...]) -> str:
        text = self._expanded.get(sizes)
        if text is None:
            text = self.joined(sizes)
            if sum(sizes) <= _KEPT_UP_TO:
                if len(self._expanded) >= _EXPANSIONS:
                    self._expanded = {}
                self._expanded[sizes] = text
        return text

    def joined(self, sizes: Sequence[int], values: Sequence[Any] = ()) -> str:
        """The text for lists of these sizes; `values` are needed where some are written into it."""
        marks = Marks(self.target.paramstyle)
        parts = [self._pieces[0]]
        for number, slot in enumerate(self.parameter_slots):
            if slot.inline:
                literal = inline_text(slot, values[number])
                parts.append(self.target.escaped(literal))
            elif slot.expanding is None:
                parts.append(marks.mark(slot.name))
            else:
                parts.append(marks.expanded(slot, sizes[number]))
            parts.append(self._pieces[number + 1])
        return "".join(parts)

    def __repr__(self) -> str:
        return f"<Compiled {self.text or ''.join(self._pieces)!r}>"


def inline_text(slot: Slot, value: Any) -> str:
    """A value as SQL text, for parameters that are not sent beside it."""
    expanding = slot.expanding
    if expanding is None:
        return literal_text(slot.entry, value)
    if not value:
        return expanding.empty
    if not expanding.rows:
        return expanding.listed([literal_text(slot.entry, item) for item in value])
    pairs = [enumerate(zip(expanding.entries, row, strict=True)) for row in value]
    rows = [
        ", ".join([expanding.wrapped(i, literal_text(entry, item)) for i, (entry, item) in row])
        for row in pairs
    ]
    return expanding.prefix + ", ".join([f"({row})" for row in rows])


def literal_text(entry: TypeEntry, value: Any) -> str:
    """`value` as an SQL literal, negative numbers in parentheses."""
    try:
        text = entry.literal(value)
    except BindError as error:
        raise CompileError(f"a value cannot be written as a literal: {error}") from None
    except (TypeError, ValueError) as error:
        kind = type(value).__name__
        raise CompileError(f"a {kind} cannot be written as a literal of {entry.ddl}") from error
    if "\0" in text:
        raise CompileError("a value with a NUL character cannot be written as a literal")
    return f"({text})" if text.startswith("-") else text


class Marks:
    """Parameter marks in the order they are written."""

    __slots__ = ("_numbers", "_style")

    def __init__(self, style: str) -> None:
        self._style = style
        self._numbers: dict[str, int] = {}

    def mark(self, name: str) -> str:
        style = self._style
        if style == "qmark":
            return "?"
        if style == "format":
            return "%s"
        if style == "named":
            return f":{name}"
        if style == "pyformat":
            return f"%({name})s"
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return f"${number}" if style == "numeric_dollar" else f":{number}"

    def expanded(self, slot: Slot, size: int) -> str:
        """The elements of an IN list."""
        expanding = slot.expanding
        assert expanding is not None
        if size == 0:
            return expanding.empty
        if not expanding.rows:
            return expanding.listed([self.mark(f"{slot.name}_{i}") for i in range(1, size + 1)])
        width = len(expanding.entries)
        rows = [
            ", ".join(
                [
                    expanding.wrapped(j - 1, self.mark(f"{slot.name}_{i}_{j}"))
                    for j in range(1, width + 1)
                ]
            )
            for i in range(1, size + 1)
        ]
        return expanding.prefix + ", ".join([f"({row})" for row in rows])


def _bucket(count: int, limit: int | None) -> int:
    """The next power of two, so that lists of many lengths share a few texts."""
    if count < 3:
        return count
    size = 1 << (count - 1).bit_length()
    return count if size > _PADDED_UP_TO or (limit is not None and size * 2 > limit) else size


def _as_list(value: Any, slot: Slot) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise StatementError(f"{slot.label}: an IN list is expected, got {type(value).__name__}")
    return list(value)


def _expanded_values(
    slot: Slot, expanding: Expanding, values: Sequence[Any], size: int
) -> Iterable[tuple[str, Any]]:
    """(name, driver value) for every mark of an IN list; short ones are filled with their last
    element."""
    if size == 0:
        return
    padded = [*values, *[values[-1]] * (size - len(values))]
    if not expanding.rows:
        entry = expanding.entries[0]
        native = entry.native
        for number, value in enumerate(padded, 1):
            if type(value) not in native:
                value = bind_value(entry, slot.label, value)
            yield f"{slot.name}_{number}", value
        return
    width = len(expanding.entries)
    for number, row in enumerate(padded, 1):
        if len(row) != width:
            raise StatementError(
                f"{slot.label}: {width} values per row are expected, got {len(row)}"
            )
        for position, (entry, value) in enumerate(zip(expanding.entries, row, strict=True), 1):
            yield f"{slot.name}_{number}_{position}", bind_value(entry, slot.label, value)
