"""Reflection of Oracle: what the ALL_… views say, in five statements a table.

In: names as programs write them. Out: the frozen values of `accord.dialect.reflection`; the rows
are made into them by `reflected.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accord.dialect import Bind, Execute, ReflectedTable, Reflection, Row, Steps

from . import reflected
from .target import folded, unfolded

if TYPE_CHECKING:
    from accord.dialect.reflection import TableKind

OWNER = "NVL(:1, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'))"

SCHEMA = "SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM dual"
SCHEMAS = "SELECT username FROM all_users ORDER BY username"
TABLES = (
    f"SELECT table_name FROM all_tables WHERE owner = {OWNER} AND iot_name IS NULL "
    "AND duration IS NULL AND nested = 'NO' AND NOT EXISTS (SELECT 1 FROM all_mviews m "
    "WHERE m.owner = all_tables.owner AND m.mview_name = all_tables.table_name) "
    "ORDER BY table_name"
)
TEMPORARY = (
    "SELECT table_name FROM all_tables WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') "
    "AND duration IS NOT NULL ORDER BY table_name"
)
VIEWS = f"SELECT view_name FROM all_views WHERE owner = {OWNER} ORDER BY view_name"
MATERIALIZED = f"SELECT mview_name FROM all_mviews WHERE owner = {OWNER} ORDER BY mview_name"
SEQUENCES = (
    f"SELECT sequence_name FROM all_sequences WHERE sequence_owner = {OWNER} "
    "AND sequence_name NOT LIKE 'ISEQ$$%' ORDER BY sequence_name"
)
VIEW_TEXT = f"SELECT text FROM all_views WHERE owner = {OWNER} AND view_name = :2"
OBJECT = (
    "SELECT o.owner, o.object_type, c.comments FROM all_objects o "
    "LEFT JOIN all_tab_comments c ON c.owner = o.owner AND c.table_name = o.object_name "
    f"WHERE o.owner = {OWNER} AND o.object_name = :2 "
    "AND o.object_type IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW') ORDER BY o.object_type"
)
COLUMNS = (
    "SELECT c.column_name, c.data_type, c.data_precision, c.data_scale, c.char_length, "
    "c.data_length, c.nullable, c.data_default, c.virtual_column, c.identity_column, "
    "c.default_on_null, m.comments FROM all_tab_cols c "
    "LEFT JOIN all_col_comments m ON m.owner = c.owner AND m.table_name = c.table_name "
    "AND m.column_name = c.column_name "
    "WHERE c.owner = :1 AND c.table_name = :2 AND c.hidden_column = 'NO' ORDER BY c.column_id"
)
IDENTITIES = (
    "SELECT column_name, generation_type, identity_options FROM all_tab_identity_cols "
    "WHERE owner = :1 AND table_name = :2"
)
CONSTRAINTS = (
    "SELECT c.constraint_name, c.constraint_type, k.column_name, c.search_condition_vc, "
    "c.r_owner, p.table_name, q.column_name, c.delete_rule, c.deferrable, c.deferred, "
    "c.generated, c.index_name FROM all_constraints c "
    "LEFT JOIN all_cons_columns k ON k.owner = c.owner AND k.constraint_name = c.constraint_name "
    "LEFT JOIN all_constraints p ON p.owner = c.r_owner "
    "AND p.constraint_name = c.r_constraint_name "
    "LEFT JOIN all_cons_columns q ON q.owner = p.owner "
    "AND q.constraint_name = p.constraint_name AND q.position = k.position "
    "WHERE c.owner = :1 AND c.table_name = :2 AND c.constraint_type IN ('P', 'U', 'R', 'C') "
    "ORDER BY c.constraint_name, k.position"
)
INDEXES = (
    "SELECT i.index_name, i.uniqueness, i.index_type, i.compression, i.prefix_length, "
    "k.column_name, k.descend, e.column_expression FROM all_indexes i "
    "JOIN all_ind_columns k ON k.index_owner = i.owner AND k.index_name = i.index_name "
    "LEFT JOIN all_ind_expressions e ON e.index_owner = k.index_owner "
    "AND e.index_name = k.index_name AND e.column_position = k.column_position "
    "WHERE i.table_owner = :1 AND i.table_name = :2 ORDER BY i.index_name, k.column_position"
)

_KINDS: dict[str, TableKind] = {
    "TABLE": "table",
    "VIEW": "view",
    "MATERIALIZED VIEW": "materialized_view",
}


class OracleReflection(Reflection):
    """The catalog of an Oracle database, as far as the user may see it."""

    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        """The session's current schema."""
        reply = yield Execute(bind, SCHEMA)
        return unfolded(str(reply.rows[0][0]))

    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """Users: in Oracle they are the schemas."""
        reply = yield Execute(bind, SCHEMAS)
        return _names(reply.rows)

    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """By name."""
        return _names_steps(bind, TABLES, schema)

    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """By name."""
        return _names_steps(bind, VIEWS, schema)

    def materialized_view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """By name."""
        return _names_steps(bind, MATERIALIZED, schema)

    def temp_table_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """Global temporary tables: everybody sees the table, nobody another's rows."""
        reply = yield Execute(bind, TEMPORARY)
        return _names(reply.rows)

    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """Those of identity columns (ISEQ$$…) are left out."""
        return _names_steps(bind, SEQUENCES, schema)

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        """The SELECT of a view."""
        reply = yield Execute(bind, VIEW_TEXT, (_owner(schema), folded(name)))
        return str(reply.rows[0][0]) if reply.rows else None

    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        """The object, its columns, identities, constraints and indexes."""
        reply = yield Execute(bind, OBJECT, (_owner(schema), folded(name)))
        if not reply.rows:
            return None
        owner, kind, comment = reply.rows[-1] if len(reply.rows) == 1 else reply.rows[0]
        place = (cast("str", owner), folded(name))
        columns = (yield Execute(bind, COLUMNS, place)).rows
        identities = (yield Execute(bind, IDENTITIES, place)).rows
        constraints = (yield Execute(bind, CONSTRAINTS, place)).rows
        indexes = (yield Execute(bind, INDEXES, place)).rows
        keys = reflected.Constraints(constraints, None if schema is None else str(owner), place[0])
        return ReflectedTable(
            name=name,
            schema=schema,
            kind=_KINDS[str(kind)],
            columns=reflected.columns(columns, identities),
            primary_key=keys.primary_key(),
            foreign_keys=keys.foreign_keys(),
            uniques=keys.uniques(),
            indexes=reflected.indexes(indexes, keys),
            checks=keys.checks(),
            comment=None if comment is None else str(comment),
        )


def _owner(schema: str | None) -> str | None:
    return None if schema is None else folded(schema)


def _names(rows: list[Row]) -> list[str]:
    return [unfolded(str(row[0])) for row in rows]


def _names_steps(bind: Bind, text: str, schema: str | None) -> Steps[list[str]]:
    reply = yield Execute(bind, text, (_owner(schema),))
    return _names(reply.rows)
