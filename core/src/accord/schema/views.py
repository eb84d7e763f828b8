"""Tables made of queries: CREATE VIEW, DROP VIEW and CREATE TABLE … AS.

In: a SELECT and a name. Out: DDL statements whose `table` is an ordinary Table with the query's
columns, to select from; one of a MetaData is created and dropped with its other tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema.column import Column
from accord.schema.elements import DDLElement, DropTable
from accord.schema.items import SchemaItem
from accord.schema.metadata import MetaData
from accord.schema.table import Table, TableKind
from accord.sql.nodes import walk
from accord.sql.selectbase import SelectBase

if TYPE_CHECKING:
    from collections.abc import Iterator


class _MadeOfQuery(DDLElement):
    """What CREATE VIEW and CREATE TABLE AS share: the query, and the table it makes."""

    element: Table

    def __init__(
        self,
        selectable: SelectBase,
        name: str,
        *,
        metadata: MetaData | None,
        schema: str | None,
        temporary: bool,
        kind: TableKind,
        options: dict[str, Any],
    ) -> None:
        if not isinstance(selectable, SelectBase):
            raise ArgumentError(
                f"{type(self).__name__} takes a query such as select(table) and a name, not "
                f"{type(selectable).__name__}"
            )
        self.selectable = selectable
        self.temporary = temporary
        table = Table(
            name,
            MetaData() if metadata is None else metadata,
            *_columns(selectable),
            schema=schema,
            **options,
        )
        table.kind = kind
        table.creator = self
        for source in _sources(selectable):
            if source is not table:
                table.add_is_dependent_on(source)
        super().__init__(table)

    @property
    def table(self) -> Table:
        """The table or view, to select from."""
        return self.element


def _columns(selectable: SelectBase) -> list[Column[Any]]:
    return [
        Column(name, element.type, key=key, info=_info(element))
        for name, key, element in selectable.result_columns()
    ]


def _info(element: Any) -> dict[Any, Any] | None:
    return dict(element.info) or None if isinstance(element, SchemaItem) else None


def _sources(selectable: SelectBase) -> Iterator[Table]:
    """The tables a query reads, each once."""
    seen: set[int] = set()
    for node in walk(selectable):
        owner = getattr(node, "table", node)
        while owner is not None and id(owner) not in seen:
            seen.add(id(owner))
            if isinstance(owner, Table):
                yield owner
            inner = getattr(owner, "element", None)
            if isinstance(inner, SelectBase):
                yield from _sources(inner)
            owner = inner if inner is not owner else None


class CreateView(_MadeOfQuery):
    """CREATE VIEW: ``CreateView(select(user).where(user.c.active), "active_user", metadata=m)``.

    `table` is the view as a Table. `or_replace`, `temporary` and `materialized` where the database
    has them; where it does not, it is refused.

    >>> from accord import Boolean, Column, Integer, MetaData, Table, create_engine, select
    >>> engine, metadata = create_engine("sqlite://"), MetaData()
    >>> user = Table("user", metadata, Column("id", Integer), Column("active", Boolean))
    >>> active = CreateView(
    ...     select(user.c.id).where(user.c.active), "active_user", metadata=metadata
    ... ).table
    >>> metadata.create_all(engine)
    >>> with engine.begin() as connection:
    ...     _ = connection.execute(user.insert(), [{"id": 1, "active": True}])
    ...     connection.execute(select(active)).all()
    [(1,)]
    """

    visit_name = "create_view"

    def __init__(
        self,
        selectable: SelectBase,
        view_name: str,
        *,
        metadata: MetaData | None = None,
        schema: str | None = None,
        temporary: bool = False,
        or_replace: bool = False,
        materialized: bool = False,
        **dialect_kwargs: Any,
    ) -> None:
        super().__init__(
            selectable,
            view_name,
            metadata=metadata,
            schema=schema,
            temporary=temporary,
            kind="materialized_view" if materialized else "view",
            options=dialect_kwargs,
        )
        self.or_replace = or_replace
        self.materialized = materialized


class DropView(DDLElement):
    """DROP VIEW; `materialized` is known of a table that `CreateView` or reflection made."""

    visit_name = "drop_view"
    element: Table

    def __init__(
        self, element: Table, *, if_exists: bool = False, materialized: bool = False
    ) -> None:
        super().__init__(element)
        self.if_exists = if_exists
        self.materialized = materialized or element.kind == "materialized_view"


class CreateTableAs(_MadeOfQuery):
    """CREATE TABLE … AS SELECT (SQL Server: SELECT … INTO): a new table with the rows of a query.

    ``select(…).into("name")`` makes one. `table` is the new table.
    """

    visit_name = "create_table_as"

    def __init__(
        self,
        selectable: SelectBase,
        table_name: str,
        *,
        metadata: MetaData | None = None,
        schema: str | None = None,
        temporary: bool = False,
        if_not_exists: bool = False,
        **dialect_kwargs: Any,
    ) -> None:
        super().__init__(
            selectable,
            table_name,
            metadata=metadata,
            schema=schema,
            temporary=temporary,
            kind="table",
            options=dialect_kwargs,
        )
        self.if_not_exists = if_not_exists


def drop_statement(table: Table) -> DDLElement:
    """What drops `table`, which may be a view."""
    return DropView(table) if table.is_view else DropTable(table)
