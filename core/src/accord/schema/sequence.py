"""Sequence: numbers made by the database apart from any table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema.defaults import DefaultGenerator
from accord.schema.elements import CreateSequence, DropSequence, execute_on
from accord.schema.items import next_order
from accord.sql.nodes import ColumnElement, next_uid
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

    ``optional=True``: only where the backend has no other way to number rows.
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
        **dialect_kw: Any,
    ) -> None:
        self._set_dialect_options(dialect_kw)
        self.name = name
        self.start = start
        self.increment = increment
        self.minvalue = minvalue
        self.maxvalue = maxvalue
        self.nominvalue = nominvalue
        self.nomaxvalue = nomaxvalue
        self.cycle = cycle
        self.cache = cache
        self.order = order
        self.optional = optional
        self.for_update = for_update
        self.data_type: TypeEngine | None = None if data_type is None else to_instance(data_type)
        self.schema = schema if schema is not None or metadata is None else metadata.schema
        self.creation_order = next_order()
        self.cache_key: Hashable = ("seq", next_uid())
        if metadata is not None:
            self.attach_to_metadata(metadata)

    @property
    def fullname(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    @property
    def key(self) -> str:
        return self.fullname

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
        execute_on(bind, CreateSequence(self, if_not_exists=checkfirst))

    def drop(self, bind: Any, checkfirst: bool = True) -> None:
        """DROP SEQUENCE."""
        execute_on(bind, DropSequence(self, if_exists=checkfirst))

    def copy(self) -> Sequence:
        """The same definition for another column or MetaData."""
        new: Sequence = object.__new__(type(self))
        vars(new).update(vars(self))
        vars(new).pop("metadata", None)
        vars(new).pop("column", None)
        new.cache_key = ("seq", next_uid())
        return new

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.cache_key = ("seq", next_uid())

    def __repr__(self) -> str:
        return f"Sequence({self.fullname!r})"


def _render_next_value(node: Any, renderer: Any) -> str:
    text: str = renderer.sequence_value(node.sequence)
    return text


class NextValue(ColumnElement[int]):
    """The next number of a sequence; renderers write it with `sequence_value`."""

    __slots__ = ("sequence",)

    visit_name = "next_value"
    custom_render = _render_next_value
    name = None
    binds: tuple[BindParameter[Any], ...] = ()
    has_anon: bool = False

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.type = sequence.data_type or _INTEGER
        self.cache_key = ("next_value", sequence.cache_key)
