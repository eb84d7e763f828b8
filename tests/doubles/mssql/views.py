"""The sys views of the double, filled from its descriptions of tables.

In: a session and a table that was made or changed. Out: rows of sys_columns and the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import SQLType

if TYPE_CHECKING:
    from .catalog import Table, Unique
    from .session import Session

_NUMBERS = {"tinyint": (1, 3), "smallint": (2, 5), "int": (4, 10), "bigint": (8, 19), "bit": (1, 1)}
_BY_OBJECT = (
    "sys_columns", "sys_identity_columns", "sys_computed_columns", "sys_indexes",
    "sys_index_columns",
)  # fmt: skip
_BY_PARENT = (
    "sys_default_constraints", "sys_check_constraints", "sys_foreign_keys",
    "sys_foreign_key_columns",
)  # fmt: skip
COLLATION = "SQL_Latin1_General_CP1_CI_AS"


def forget(session: Session, object_id: int) -> None:
    """No rows about a table."""
    for view in _BY_OBJECT:
        session.data.execute(f"DELETE FROM {view} WHERE object_id = ?", (object_id,))
    for view in _BY_PARENT:
        session.data.execute(f"DELETE FROM {view} WHERE parent_object_id = ?", (object_id,))


def describe(session: Session, table: Table) -> None:
    """Rows about a table, made anew."""
    forget(session, table.object_id)
    owner = table.object_id
    for number, column in enumerate(table.columns, 1):
        name, length, precision, scale, text = _measures(column.type)
        default = 0
        if column.default_text is not None:
            default = next(session.server.object_ids)
            _insert(session, "sys_default_constraints", default, f"({column.default_text})", owner)
        kind = _type_id(session, name)
        collation = COLLATION if text else None
        _insert(
            session, "sys_columns", owner, number, column.name, kind, kind, length, precision,
            scale, int(column.nullable), collation, default,
        )  # fmt: skip
        if column.identity is not None:
            _insert(session, "sys_identity_columns", owner, number, column.name, *column.identity)
        if column.computed_text is not None:
            _insert(
                session, "sys_computed_columns", owner, number, f"({column.computed_text})",
                int(column.persisted),
            )  # fmt: skip
    for number, index in enumerate(table.uniques, 1):
        _index(session, table, number, index)
    for check in table.checks:
        _insert(session, "sys_check_constraints", check.name, check.definition, owner)
    _foreign_keys(session, table)


def _index(session: Session, table: Table, number: int, index: Unique) -> None:
    kind = "CLUSTERED" if index.clustered else "NONCLUSTERED"
    _insert(
        session, "sys_indexes", table.object_id, number, index.name, 1 if index.clustered else 2,
        kind, int(index.unique), int(index.kind == "PRIMARY KEY"),
        int(index.kind == "UNIQUE KEY"), index.where,
    )  # fmt: skip
    for place, name in enumerate([*index.columns, *index.include], 1):
        included = place > len(index.columns)
        _insert(
            session, "sys_index_columns", table.object_id, number, place, _place(table, name),
            0 if included else place, int(name in index.descending), int(included),
        )  # fmt: skip


def _foreign_keys(session: Session, table: Table) -> None:
    for key in table.foreign_keys:
        parent = table if key.parent.lower() == table.key.lower() else session.table(key.parent)
        if parent is None:
            continue
        own = next(session.server.object_ids)
        _insert(
            session, "sys_foreign_keys", own, key.name, table.object_id, parent.object_id,
            key.on_delete, key.on_update,
        )  # fmt: skip
        pairs = zip(key.columns, key.parent_columns, strict=True)
        for place, (column, referred) in enumerate(pairs, 1):
            _insert(
                session, "sys_foreign_key_columns", own, place, table.object_id,
                _place(table, column), parent.object_id, _place(parent, referred),
            )  # fmt: skip


def _place(table: Table, name: str) -> int:
    names = [column.name.lower() for column in table.columns]
    return names.index(name.lower()) + 1


def _insert(session: Session, view: str, *values: Any) -> None:
    marks = ", ".join("?" * len(values))
    session.data.execute(f"INSERT INTO {view} VALUES ({marks})", values)


def _type_id(session: Session, name: str) -> int:
    found = session.data.execute(
        "SELECT user_type_id FROM sys_types WHERE name = ?", (name,)
    ).fetchone()
    if found is not None:
        return int(found[0])
    (number,) = session.data.execute("SELECT 100 + COUNT(*) FROM sys_types").fetchone()
    _insert(session, "sys_types", name, number, number)
    return int(number)


def _measures(type_: SQLType) -> tuple[str, int, int, int, bool]:
    """name, bytes, precision, scale, whether it is text: as sys.columns has them."""
    name = type_.name.lower()
    if name in _NUMBERS:
        return name, *_NUMBERS[name], 0, False
    if name in ("nvarchar", "nchar", "varchar", "char"):
        size = 2 if name.startswith("n") else 1
        return name, -1 if type_.length is None else type_.length * size, 0, 0, True
    if name in ("varbinary", "binary"):
        return name, -1 if type_.length is None else type_.length, 0, 0, False
    if name == "decimal":
        precision = int(type_.arguments[0] or 18)
        scale = int(type_.arguments[1]) if len(type_.arguments) > 1 else 0
        return "numeric" if type_.shown == "NUMERIC" else name, 9, precision, scale, False
    if name in ("datetime2", "datetimeoffset", "time"):
        return name, 8, 27, int(type_.arguments[0] or 7), False
    if name == "float":
        return name, 8, int(type_.arguments[0] or 53), 0, False
    return "timestamp" if name == "rowversion" else name, 8, 0, 0, False
