"""MetaData: the tables and sequences of one schema, by name, in the order of their foreign keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord.exc import ArgumentError
from accord.schema.items import SchemaItem, bind_for
from accord.schema.naming import DEFAULT_CONVENTION
from accord.schema.ordering import sort_tables
from accord.sql.identifiers import quoted_name
from accord.sqltypes.base import NULLTYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from accord.schema.conditions import CheckFirst
    from accord.schema.foreignkey import ForeignKey
    from accord.schema.sequence import Sequence
    from accord.schema.table import Table


K = TypeVar("K")
NO_SCHEMA: Final = object()


class MetaData(SchemaItem):
    """A collection of tables.

    `schema` is the default schema of its tables; `naming_convention` gives names to constraints and
    indexes that have none.
    """

    def __init__(
        self,
        schema: str | None = None,
        quote_schema: bool | None = None,
        naming_convention: Mapping[Any, Any] | None = None,
        info: dict[Any, Any] | None = None,
    ) -> None:
        if schema is not None and not isinstance(schema, str):
            raise ArgumentError(
                f"MetaData takes the name of a schema, not {type(schema).__name__}; it is bound to "
                "no engine: write metadata.create_all(engine), Table(…, autoload_with=engine)"
            )
        self._tables: dict[str, Table] = {}
        self.sequences: dict[str, Sequence] = {}
        self.schema = schema
        if schema is not None and quote_schema is not None:
            self.schema = quoted_name(schema, quote_schema)
        self.quote_schema = quote_schema
        self.naming_convention: Mapping[Any, Any] = {
            **DEFAULT_CONVENTION,
            **(naming_convention or {}),
        }
        self._untyped: list[ForeignKey] = []
        if info:
            self.info = info

    @property
    def tables(self) -> Mapping[str, Any]:
        """The tables by name, or by "schema.name"."""
        return MappingProxyType(self._tables)

    def get_schema_objects(self, kind: type[K], *, schema: Any = NO_SCHEMA) -> tuple[K, ...]:
        """The sequences, enum types and the like of this MetaData, each once: those of a class,
        in a schema (its own, where none is named).
        """
        wanted = self.schema if schema is NO_SCHEMA else schema
        types = [column.type for table in self._tables.values() for column in table.c]
        found: dict[tuple[type, Any], K] = {}
        for item in (*self.sequences.values(), *types):
            if isinstance(item, kind) and getattr(item, "schema", None) == wanted:
                found.setdefault((type(item), getattr(item, "name", None) or id(item)), item)
        return tuple(found.values())

    def get_schema_object_by_name(
        self, kind: type[K], name: str, *, schema: Any = NO_SCHEMA
    ) -> K | None:
        """The one of that name; None if there is none."""
        every = self.get_schema_objects(kind, schema=schema)
        return next((item for item in every if getattr(item, "name", None) == name), None)

    @property
    def sorted_tables(self) -> list[Table]:
        """The tables, each after those its foreign keys point at."""
        return sort_tables(self._tables.values())

    def table_added(self, table: Table) -> None:
        """Register a table that is complete (or was extended)."""
        self._tables[str(table.key)] = table
        self._share_types()

    def foreign_key_attached(self, key: ForeignKey) -> None:
        """A column without type waits for the one it points at."""
        if key.parent is not None and key.parent.type is NULLTYPE:
            self._untyped.append(key)
            self._share_types()

    def _share_types(self) -> None:
        waiting = self._untyped
        while waiting:
            for key in waiting:
                if key.try_column() is not None:
                    key.share_type()
            still = [
                key for key in waiting if key.parent is not None and key.parent.type is NULLTYPE
            ]
            if len(still) == len(waiting):
                break
            waiting = still
        self._untyped = waiting

    def remove(self, table: Table) -> None:
        """Forget a table."""
        self._tables.pop(str(table.key), None)

    def clear(self) -> None:
        """Forget all tables and sequences."""
        self._tables.clear()
        self.sequences.clear()
        self._untyped.clear()

    def create_all(
        self,
        bind: Any,
        tables: Iterable[Table] | None = None,
        checkfirst: bool | CheckFirst = True,
    ) -> None:
        """Create the tables (all, or those given) in the order of their foreign keys.

        `checkfirst` leaves out those that exist. A table that exists is never changed.

        >>> engine = create_engine("sqlite://")
        >>> Base.metadata.create_all(engine)
        >>> with engine.connect() as connection:
        ...     connection.has_table("author")
        True
        """
        chosen = None if tables is None else list(tables)
        bind_for("create_all", bind).create_tables(self, chosen, checkfirst)

    def reflect(
        self,
        bind: Any,
        schema: str | None = None,
        views: bool = False,
        only: Iterable[str] | Callable[[str, MetaData], bool] | None = None,
        extend_existing: bool = False,
        autoload_replace: bool = True,
        resolve_fks: bool = True,
        **dialect_kwargs: Any,
    ) -> None:
        """Make the tables the database has: all of a schema, or those that `only` names or picks.

        Tables that this MetaData has already stay as they are, unless `extend_existing`.
        """
        options = {
            "extend_existing": extend_existing,
            "autoload_replace": autoload_replace,
            "resolve_fks": resolve_fks,
            **dialect_kwargs,
        }
        bind.reflect_metadata(self, schema, views, only, options)

    def drop_all(
        self,
        bind: Any,
        tables: Iterable[Table] | None = None,
        checkfirst: bool | CheckFirst = True,
    ) -> None:
        """Drop the tables (all, or those given) in the reverse order."""
        chosen = None if tables is None else list(tables)
        bind_for("drop_all", bind).drop_tables(self, chosen, checkfirst)

    def __contains__(self, table: object) -> bool:
        key = table if isinstance(table, str) else getattr(table, "key", None)
        return key in self._tables

    def __repr__(self) -> str:
        return f"MetaData(schema={self.schema!r})" if self.schema is not None else "MetaData()"
