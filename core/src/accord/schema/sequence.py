"""Sequence: numbers made by the database apart from any table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema.defaults import DefaultGenerator
from accord.schema.items import next_order
from accord.sql.clauses import Executable
from accord.sql.nodes import ColumnElement
from accord.sqltypes.base import TypeEngine, to_instance
from accord.sqltypes.numeric import Integer

if TYPE_CHECKING:
    from collections.abc import Hashable

    from accord.schema.metadata import MetaData
    from accord.sql.nodes import BindParameter

_INTEGER = Integer()


class Sequence(DefaultGenerator):
    """A named sequence; as a column's default it is asked for the value before or during the
    INSERT.

    ``optional=True``: only where the backend has no other way to number rows. ``allocate=50``,
    accord's own: one number drawn serves 50 keys of the unit of work ("pooled-lo": number v stands
    for the keys v to v+49); the sequence counts by 50 (`increment`) so that nobody else gets them.
    """

    is_sequence = True
    metadata: MetaData | None = None

    def __init__(
        self,
        name: str,
        start: int | None = None,
        increment: int | None = None,
        minvalue: int | None = None,
        maxvalue: int | None = None,
        nominvalue: bool | None = None,
        nomaxvalue: bool | None = None,
        cycle: bool | None = None,
        schema: str | None = None,
        cache: int | None = None,
        order: bool | None = None,
        data_type: TypeEngine | type[TypeEngine] | None = None,
        optional: bool = False,
        metadata: MetaData | None = None,
        for_update: bool = False,
        *,
        allocate: int | None = None,
        **dialect_kw: Any,
    ) -> None:
        self._set_dialect_options(dialect_kw)
        self.name = name
        self.start = start
        self.increment = allocate if increment is None else increment
        self.minvalue = minvalue
        self.maxvalue = maxvalue
        self.nominvalue = nominvalue
        self.nomaxvalue = nomaxvalue
        self.cycle = cycle
        self.cache = cache
        self.order = order
        self.optional = optional
        self.for_update = for_update
        self.allocate = allocate
        if allocate is not None:
            self._check_allocate(allocate)
        self.data_type: TypeEngine | None = None if data_type is None else to_instance(data_type)
        self.schema = schema if schema is not None or metadata is None else metadata.schema
        self.creation_order = next_order()
        if metadata is not None:
            self.attach_to_metadata(metadata)

    def _check_allocate(self, allocate: int) -> None:
        if isinstance(allocate, bool) or allocate < 1:
            raise ArgumentError("Sequence(allocate=…) is a number of keys, at least 1")
        if not isinstance(self.increment, int) or self.increment < allocate:
            raise ArgumentError(
                f"Sequence({self.name!r}, allocate={allocate}) gives out {allocate} keys for each "
                f"number, so the sequence must count by at least that: increment={allocate}"
            )
        if self.cycle:
            raise ArgumentError(
                f"Sequence({self.name!r}) cannot allocate= blocks and cycle: keys would repeat"
            )

    @property
    def fullname(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    @property
    def key(self) -> str:
        return self.fullname

    @property
    def cache_key(self) -> Hashable:
        """What SQL with this sequence is looked up by."""
        return "seq", self.schema, self.name, None if self.data_type is None else self.data_type.key

    def attach_to_metadata(self, metadata: MetaData) -> None:
        """Be created and dropped with the tables of `metadata`."""
        self.metadata = metadata
        metadata.sequences[self.key] = self

    def column_attached_to_table(self, table: Any) -> None:
        """The column this is the default of became part of a table: share its MetaData and
        schema.
        """
        if self.metadata is None:
            if self.schema is None and table.metadata.schema is not None:
                self.schema = table.metadata.schema
            self.attach_to_metadata(table.metadata)

    def next_value(self) -> NextValue:
        """The SQL expression that draws the next number."""
        return NextValue(self)

    def __clause_element__(self) -> NextValue:
        return NextValue(self)

    def create(self, bind: Any, checkfirst: bool = True) -> None:
        """CREATE SEQUENCE."""
        from accord.schema.elements import CreateSequence, execute_on

        execute_on(bind, CreateSequence(self, if_not_exists=checkfirst), "create")

    def drop(self, bind: Any, checkfirst: bool = True) -> None:
        """DROP SEQUENCE."""
        from accord.schema.elements import DropSequence, execute_on

        execute_on(bind, DropSequence(self, if_exists=checkfirst), "drop")

    def copy(self) -> Sequence:
        """The same definition for another column or MetaData."""
        new: Sequence = object.__new__(type(self))
        vars(new).update(vars(self))
        vars(new).pop("metadata", None)
        vars(new).pop("column", None)
        return new

    def __repr__(self) -> str:
        return f"Sequence({self.fullname!r})"


def _render_next_value(node: Any, renderer: Any) -> str:
    text: str = renderer.sequence_value(node.sequence)
    return text


class NextValue(ColumnElement[int], Executable):
    """The next number of a sequence; renderers write it with `sequence_value`. Executed by itself,
    it is selected.
    """

    __slots__ = ("_lookup", "execution_options_map", "sequence")

    visit_name = "next_value"
    custom_render = _render_next_value
    name = None
    binds: tuple[BindParameter[Any], ...] = ()
    has_anon: bool = False

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.type = sequence.data_type or _INTEGER
        self.cache_key = ("next_value", sequence.cache_key)
