"""Inspector: what a database's catalog says, as `accord.inspect(engine)` gives it.

SQLAlchemy's Inspector API over `accord.dialect.Reflection`. In: an engine or a connection, names.
Out: lists and dictionaries. One table is asked for once per Inspector; `clear_cache()` forgets. An
Inspector of an engine takes a connection for each question.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from accord.engine import autoload, reflected
from accord.engine.connection import Connection
from accord.engine.objectkind import ObjectKind, ObjectScope
from accord.exc import InvalidRequestError, NoSuchTableError, UnreflectableTableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from accord.dialect.contract import Dialect
    from accord.dialect.reflection import ReflectedTable, Reflection
    from accord.dialect.steps import Bind, Steps
    from accord.engine.engine import Engine
    from accord.engine.reflected import Info
    from accord.schema import Column, MetaData, Table

T = TypeVar("T")


def inspector_of(subject: Engine | Connection) -> Inspector:
    """What `accord.inspect()` gives for an engine or a connection."""
    return Inspector(subject)


class Inspector:
    """The catalog of a database: tables, views, columns, keys, constraints, indexes, sequences."""

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind
        self.engine: Engine = bind.engine
        if isinstance(bind, Connection):
            bind.refuse_unusable()
        elif self.engine.server is None:
            bind.connect().close()  # which dialect fits is known once the server was asked
        self.dialect: Dialect = bind.dialect
        kind = self.dialect.reflection
        if kind is None:
            raise InvalidRequestError(
                f"The dialect {self.dialect.name!r} cannot read the database's catalog; declare "
                "the tables"
            )
        self._reflection: Reflection = kind()
        self._tables: dict[tuple[str | None, str], ReflectedTable | None] = {}
        self._lists: dict[tuple[str, str | None], list[str]] = {}

    # --- asking ----------------------------------------------------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if isinstance(self.bind, Connection):
            yield self.bind
        else:
            with self.bind.connect() as connection:
                yield connection

    def _ask(self, steps: Callable[[Bind], Steps[T]]) -> T:
        with self._connected() as connection:
            return connection.run(steps(self.engine))

    def _list(
        self,
        what: str,
        schema: str | None,
        steps: Callable[[Bind, str | None], Steps[list[str]]],
    ) -> list[str]:
        known = self._lists.get((what, schema))
        if known is None:
            known = self._ask(lambda bind: steps(bind, schema))
            self._lists[what, schema] = known
        return list(known)

    def reflected(self, table_name: str, schema: str | None = None) -> ReflectedTable:
        """Everything about a table or view as one frozen value; NoSuchTableError if there is
        none.
        """
        key = (schema, table_name)
        if key not in self._tables:
            steps = self._reflection.table_steps
            self._tables[key] = self._ask(lambda bind: steps(bind, table_name, schema))
        found = self._tables[key]
        if found is None:
            where = "" if schema is None else f" in schema {schema!r}"
            raise NoSuchTableError(f"There is no table or view {table_name!r}{where}")
        if not found.columns and found.kind != "table":
            raise UnreflectableTableError(
                f"The database cannot tell the columns of view {table_name!r}: what it selects "
                "from may be gone"
            )
        return found

    def load(self, names: Sequence[str], schema: str | None = None) -> None:
        """Ask for several tables at once, where the database can tell about several."""
        missing = [name for name in names if (schema, name) not in self._tables]
        if len(missing) > 1:
            steps = self._reflection.tables_steps
            for table in self._ask(lambda bind: steps(bind, missing, schema)):
                self._tables[schema, table.name] = table

    def clear_cache(self) -> None:
        """Forget what the catalog said."""
        self._tables.clear()
        self._lists.clear()

    # --- names -----------------------------------------------------------------------------------

    @property
    def default_schema_name(self) -> str | None:
        """The schema an unqualified name means."""
        found = self._list("default", None, lambda bind, _: self._default_steps(bind))
        return found[0] if found else None

    def _default_steps(self, bind: Bind) -> Steps[list[str]]:
        name = yield from self._reflection.default_schema_steps(bind)
        return [] if name is None else [name]

    def get_schema_names(self, **kw: Any) -> list[str]:
        """All schemas."""
        steps = self._reflection.schema_names_steps
        return self._list("schemas", None, lambda bind, _: steps(bind))

    def get_table_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The tables of a schema."""
        return self._list("tables", schema, self._reflection.table_names_steps)

    def get_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The views of a schema."""
        return self._list("views", schema, self._reflection.view_names_steps)

    def get_materialized_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The materialized views of a schema."""
        return self._list("materialized", schema, self._reflection.materialized_view_names_steps)

    def get_sequence_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The sequences of a schema."""
        return self._list("sequences", schema, self._reflection.sequence_names_steps)

    def get_temp_table_names(self, **kw: Any) -> list[str]:
        """The temporary tables of the connection."""
        steps = self._reflection.temp_table_names_steps
        return self._list("temp tables", None, lambda bind, _: steps(bind))

    def get_temp_view_names(self, **kw: Any) -> list[str]:
        """The temporary views of the connection."""
        steps = self._reflection.temp_view_names_steps
        return self._list("temp views", None, lambda bind, _: steps(bind))

    def get_view_definition(self, view_name: str, schema: str | None = None, **kw: Any) -> str:
        """The SELECT of a view; NoSuchTableError if there is no such view."""
        steps = self._reflection.view_definition_steps
        found = self._ask(lambda bind: steps(bind, view_name, schema))
        if found is None:
            raise NoSuchTableError(f"There is no view {view_name!r} whose definition is known")
        return found

    def get_enums(self, schema: str | None = None, **kw: Any) -> list[Info]:
        """The named enumerations of a schema (``*``: of all); none where a database has no such
        types."""
        steps = self._reflection.enums_steps
        found = self._ask(lambda bind: steps(bind, schema))
        return [
            {"name": e.name, "schema": e.schema, "visible": e.visible, "labels": list(e.labels)}
            for e in found
        ]

    # --- existence -------------------------------------------------------------------------------

    def has_table(self, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is a table or view (temporary ones too)."""
        return self._ask(lambda bind: self.dialect.has_table_steps(bind, table_name, schema))

    def has_multi_table(
        self, table_names: Sequence[str], schema: str | None = None, **kw: Any
    ) -> dict[tuple[str | None, str], bool]:
        """`has_table` of many names."""
        return {(schema, name): self.has_table(name, schema) for name in table_names}

    def has_schema(self, schema_name: str, **kw: Any) -> bool:
        """Whether there is a schema."""
        return schema_name in self.get_schema_names()

    def has_sequence(self, sequence_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is a sequence."""
        steps = self.dialect.has_sequence_steps
        return bool(self._ask(lambda bind: steps(bind, sequence_name, schema)))

    def has_index(
        self, table_name: str, index_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        """Whether the table exists and has an index of that name."""
        if not self.has_table(table_name, schema):
            return False
        return any(one["name"] == index_name for one in self.get_indexes(table_name, schema))

    # --- one table -------------------------------------------------------------------------------

    def get_columns(self, table_name: str, schema: str | None = None, **kw: Any) -> list[Info]:
        """name, type, nullable, default, autoincrement, comment of each column, and computed,
        identity, dialect_options where they apply.
        """
        with_key = self._reflection.column_has_primary_key
        return reflected.columns(self.reflected(table_name, schema), with_key=with_key)

    def get_pk_constraint(self, table_name: str, schema: str | None = None, **kw: Any) -> Info:
        """constrained_columns and name of the primary key."""
        comments = self._reflection.constraint_comments
        return reflected.primary_key(self.reflected(table_name, schema), comments=comments)

    def get_foreign_keys(self, table_name: str, schema: str | None = None, **kw: Any) -> list[Info]:
        """name, constrained_columns, referred_schema, referred_table, referred_columns, options."""
        keys = self.reflected(table_name, schema).foreign_keys
        comments = self._reflection.constraint_comments
        return [reflected.foreign_key(key, schema, comments=comments) for key in keys]

    def get_unique_constraints(
        self, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[Info]:
        """name and column_names of each UNIQUE constraint."""
        uniques = self.reflected(table_name, schema).uniques
        comments = self._reflection.constraint_comments
        return [reflected.unique(constraint, comments=comments) for constraint in uniques]

    def get_indexes(self, table_name: str, schema: str | None = None, **kw: Any) -> list[Info]:
        """name, column_names, unique of each index, and expressions, include_columns,
        column_sorting, duplicates_constraint where they apply.
        """
        return [reflected.index(one) for one in self.reflected(table_name, schema).indexes]

    def get_check_constraints(
        self, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[Info]:
        """name and sqltext of each CHECK constraint."""
        checks = self.reflected(table_name, schema).checks
        comments = self._reflection.constraint_comments
        return [reflected.check(one, comments=comments) for one in checks]

    def get_table_comment(self, table_name: str, schema: str | None = None, **kw: Any) -> Info:
        """``{"text": …}``."""
        return {"text": self.reflected(table_name, schema).comment}

    def get_table_options(self, table_name: str, schema: str | None = None, **kw: Any) -> Info:
        """Options of the dialect, by the names `Table` takes."""
        return dict(self.reflected(table_name, schema).options)

    # --- several tables --------------------------------------------------------------------------

    def get_multi_columns(self, schema: str | None = None, **kw: Any) -> dict[Any, list[Info]]:
        """`get_columns` of many tables, by (schema, name); takes `filter_names`, `kind` (an
        ObjectKind) and `scope` (an ObjectScope)."""
        return self._multi(self.get_columns, schema, **kw)

    def get_multi_pk_constraint(self, schema: str | None = None, **kw: Any) -> dict[Any, Info]:
        """`get_pk_constraint` of many tables."""
        return self._multi(self.get_pk_constraint, schema, **kw)

    def get_multi_foreign_keys(self, schema: str | None = None, **kw: Any) -> dict[Any, list[Info]]:
        """`get_foreign_keys` of many tables."""
        return self._multi(self.get_foreign_keys, schema, **kw)

    def get_multi_unique_constraints(
        self, schema: str | None = None, **kw: Any
    ) -> dict[Any, list[Info]]:
        """`get_unique_constraints` of many tables."""
        return self._multi(self.get_unique_constraints, schema, **kw)

    def get_multi_indexes(self, schema: str | None = None, **kw: Any) -> dict[Any, list[Info]]:
        """`get_indexes` of many tables."""
        return self._multi(self.get_indexes, schema, **kw)

    def get_multi_check_constraints(
        self, schema: str | None = None, **kw: Any
    ) -> dict[Any, list[Info]]:
        """`get_check_constraints` of many tables."""
        return self._multi(self.get_check_constraints, schema, **kw)

    def get_multi_table_comment(self, schema: str | None = None, **kw: Any) -> dict[Any, Info]:
        """`get_table_comment` of many tables."""
        return self._multi(self.get_table_comment, schema, **kw)

    def get_multi_table_options(self, schema: str | None = None, **kw: Any) -> dict[Any, Info]:
        """`get_table_options` of many tables."""
        return self._multi(self.get_table_options, schema, **kw)

    def _multi(
        self,
        ask: Callable[[str, str | None], T],
        schema: str | None,
        *,
        filter_names: Collection[str] | None = None,
        kind: ObjectKind = ObjectKind.TABLE,
        scope: ObjectScope = ObjectScope.DEFAULT,
    ) -> dict[tuple[str | None, str], T]:
        names = self.names_of(kind, schema, scope)
        if filter_names is not None:
            names = [name for name in names if name in filter_names]
        self.load(names, schema)
        return {(schema, name): ask(name, schema) for name in names}

    def names_of(
        self,
        kind: ObjectKind,
        schema: str | None = None,
        scope: ObjectScope = ObjectScope.DEFAULT,
    ) -> list[str]:
        """The names of tables, views, materialized views of a schema, or any of them."""
        lists = [
            (ObjectKind.TABLE, self.get_table_names, self.get_temp_table_names),
            (ObjectKind.VIEW, self.get_view_names, self.get_temp_view_names),
            (ObjectKind.MATERIALIZED_VIEW, self.get_materialized_view_names, None),
        ]
        found: list[str] = []
        for one, lasting, temporary in lists:
            if one not in kind:
                continue
            if ObjectScope.DEFAULT in scope:
                found += lasting(schema)
            if ObjectScope.TEMPORARY in scope and temporary is not None and schema is None:
                found += temporary()
        return list(dict.fromkeys(found))

    def get_sorted_table_and_fkc_names(
        self, schema: str | None = None, **kw: Any
    ) -> list[tuple[str | None, list[tuple[str, str | None]]]]:
        """Tables of a schema, each after those its foreign keys point at; last (None, the (table,
        foreign key) pairs that close circles).
        """
        found = autoload.in_order(self, (schema,))
        return [
            (None if place is None else place[1], [(table, key) for (_, table), key in keys])
            for place, keys in found
        ]

    def sort_tables_on_foreign_key_dependency(
        self, consider_schemas: Collection[str | None] = (None,), **kw: Any
    ) -> list[Any]:
        """As `get_sorted_table_and_fkc_names`, over several schemas, with (schema, name) for a
        table.
        """
        return list(autoload.in_order(self, consider_schemas))

    # --- tables of a MetaData --------------------------------------------------------------------

    def reflect_table(
        self,
        table: Table,
        include_columns: Collection[str] | None = None,
        exclude_columns: Collection[str] = (),
        resolve_fks: bool = True,
        *,
        declared: Mapping[str, Column[Any]] | None = None,
        **kw: Any,
    ) -> None:
        """Give `table` what the database has under its name: columns, keys, constraints, indexes.

        With `resolve_fks` the tables its foreign keys point at are made, too. Columns in `declared`
        take the places of those of their names.
        """
        autoload.reflect_table(
            self,
            table,
            include_columns,
            exclude_columns,
            resolve_fks=resolve_fks,
            declared=declared or {},
        )

    def reflect_metadata(
        self,
        metadata: MetaData,
        schema: str | None,
        views: bool,
        only: Iterable[str] | Callable[[str, MetaData], bool] | None,
        options: dict[str, Any],
    ) -> None:
        """What `MetaData.reflect` calls."""
        autoload.reflect_metadata(self, metadata, schema, views, only, options)

    def __repr__(self) -> str:
        return f"<Inspector of {self.bind!r}>"
