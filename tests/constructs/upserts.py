"""Rows that may be there already: upsert() and what dialects have of their own."""

from __future__ import annotations

from typing import Any

from accord import select, upsert
from accord.dialects.mysql import insert as mysql_insert
from accord.dialects.postgresql import insert as pg_insert
from constructs import construct
from constructs.world import department, note


@construct(
    sql={
        "*": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON CONFLICT (id) "
        "DO UPDATE SET title = excluded.title, body = excluded.body",
        "mysql": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) AS new ON "
        "DUPLICATE KEY UPDATE title = new.title, body = new.body",
        "mariadb": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON DUPLICATE "
        "KEY UPDATE title = VALUES(title), body = VALUES(body)",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title, :body AS body FROM "
        "dual) excluded ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = "
        "excluded.title, body = excluded.body WHEN NOT MATCHED THEN INSERT (id, title, body) "
        "VALUES (excluded.id, excluded.title, excluded.body)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title, :body)) AS "
        "excluded (id, title, body) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET "
        "title = excluded.title, body = excluded.body WHEN NOT MATCHED THEN INSERT (id, title, "
        "body) VALUES (excluded.id, excluded.title, excluded.body);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "new", "b")],
)
def upsert_of_a_row_that_is_there() -> Any:
    return upsert(note).values(id=2, title="new", body="b")


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET "
        "title = excluded.title",
        "mysql": "INSERT INTO note (id, title) VALUES (:id, :title) AS new ON DUPLICATE KEY "
        "UPDATE title = new.title",
        "mariadb": "INSERT INTO note (id, title) VALUES (:id, :title) ON DUPLICATE KEY UPDATE "
        "title = VALUES(title)",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title FROM dual) excluded "
        "ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = excluded.title WHEN "
        "NOT MATCHED THEN INSERT (id, title) VALUES (excluded.id, excluded.title)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title)) AS excluded (id, "
        "title) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = excluded.title "
        "WHEN NOT MATCHED THEN INSERT (id, title) VALUES (excluded.id, excluded.title);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plain", None), (9, "new", None)],
)
def upsert_of_a_new_row() -> Any:
    return upsert(note).values(id=9, title="new")


@construct(
    sql={
        "*": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON CONFLICT (id) "
        "DO UPDATE SET body = excluded.body",
        "mysql": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) AS new ON "
        "DUPLICATE KEY UPDATE body = new.body",
        "mariadb": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON DUPLICATE "
        "KEY UPDATE body = VALUES(body)",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title, :body AS body FROM "
        "dual) excluded ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET body = "
        "excluded.body WHEN NOT MATCHED THEN INSERT (id, title, body) VALUES (excluded.id, "
        "excluded.title, excluded.body)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title, :body)) AS "
        "excluded (id, title, body) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET "
        "body = excluded.body WHEN NOT MATCHED THEN INSERT (id, title, body) VALUES "
        "(excluded.id, excluded.title, excluded.body);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plain", "b")],
)
def upsert_of_some_columns() -> Any:
    return upsert(note, update=["body"]).values(id=2, title="new", body="b")


@construct(
    sql={
        "*": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON CONFLICT (id) "
        "DO NOTHING",
        "mysql": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) AS new ON "
        "DUPLICATE KEY UPDATE id = note.id",
        "mariadb": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON DUPLICATE "
        "KEY UPDATE id = note.id",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title, :body AS body FROM "
        "dual) excluded ON (note.id = excluded.id) WHEN NOT MATCHED THEN INSERT (id, title, "
        "body) VALUES (excluded.id, excluded.title, excluded.body)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title, :body)) AS "
        "excluded (id, title, body) ON (note.id = excluded.id) WHEN NOT MATCHED THEN INSERT "
        "(id, title, body) VALUES (excluded.id, excluded.title, excluded.body);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plain", None)],
)
def upsert_of_nothing() -> Any:
    return upsert(note, update=[]).values(id=2, title="new", body="b")


@construct(
    sql={
        "*": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON CONFLICT (id) "
        "DO UPDATE SET body = :body_1",
        "postgresql": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON "
        "CONFLICT (id) DO UPDATE SET body = :body_1::VARCHAR",
        "mysql": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) AS new ON "
        "DUPLICATE KEY UPDATE body = :body_1",
        "mariadb": "INSERT INTO note (id, title, body) VALUES (:id, :title, :body) ON DUPLICATE "
        "KEY UPDATE body = :body_1",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title, :body AS body FROM "
        "dual) excluded ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET body = :body_1 "
        "WHEN NOT MATCHED THEN INSERT (id, title, body) VALUES (excluded.id, excluded.title, "
        "excluded.body)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title, :body)) AS "
        "excluded (id, title, body) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET "
        "body = :body_1 WHEN NOT MATCHED THEN INSERT (id, title, body) VALUES (excluded.id, "
        "excluded.title, excluded.body);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plain", "there")],
)
def upsert_to_a_value() -> Any:
    return upsert(note, update={"body": "there"}).values(id=2, title="new", body="b")


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET "
        "title = (note.title || excluded.title)",
        "mysql": "INSERT INTO note (id, title) VALUES (:id, :title) AS new ON DUPLICATE KEY "
        "UPDATE title = (concat(note.title, new.title))",
        "mariadb": "INSERT INTO note (id, title) VALUES (:id, :title) ON DUPLICATE KEY UPDATE "
        "title = (concat(note.title, VALUES(title)))",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title FROM dual) excluded "
        "ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = (note.title || "
        "excluded.title) WHEN NOT MATCHED THEN INSERT (id, title) VALUES (excluded.id, "
        "excluded.title)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title)) AS excluded (id, "
        "title) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = (note.title + "
        "excluded.title) WHEN NOT MATCHED THEN INSERT (id, title) VALUES (excluded.id, "
        "excluded.title);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plainer", None)],
)
def upsert_to_an_expression() -> Any:
    return upsert(
        note, index_elements=["id"], update=lambda new: {"title": note.c.title + new.title}
    ).values(id=2, title="er")


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id_1, :title_1), (:id_2, :title_2) ON "
        "CONFLICT (id) DO UPDATE SET title = excluded.title",
        "postgresql": "INSERT INTO note (id, title) VALUES (:id_1::INTEGER, :title_1::VARCHAR), "
        "(:id_2::INTEGER, :title_2::VARCHAR) ON CONFLICT (id) DO UPDATE SET title = "
        "excluded.title",
        "mysql": "INSERT INTO note (id, title) VALUES (:id_1, :title_1), (:id_2, :title_2) AS "
        "new ON DUPLICATE KEY UPDATE title = new.title",
        "mariadb": "INSERT INTO note (id, title) VALUES (:id_1, :title_1), (:id_2, :title_2) ON "
        "DUPLICATE KEY UPDATE title = VALUES(title)",
        "oracle": "MERGE INTO note USING (SELECT :id_1 AS id, :title_1 AS title FROM dual UNION "
        "ALL SELECT :id_2, :title_2 FROM dual) excluded ON (note.id = excluded.id) WHEN "
        "MATCHED THEN UPDATE SET title = excluded.title WHEN NOT MATCHED THEN INSERT (id, "
        "title) VALUES (excluded.id, excluded.title)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id_1, :title_1), (:id_2, "
        ":title_2)) AS excluded (id, title) ON (note.id = excluded.id) WHEN MATCHED THEN "
        "UPDATE SET title = excluded.title WHEN NOT MATCHED THEN INSERT (id, title) VALUES "
        "(excluded.id, excluded.title);",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "two", None), (9, "nine", None)],
)
def upsert_of_several_rows() -> Any:
    return upsert(note).values([{"id": 2, "title": "two"}, {"id": 9, "title": "nine"}])


@construct(
    sql={
        "*": "INSERT INTO note (id, title) SELECT department.id, department.name FROM "
        "department WHERE department.id = %s ON DUPLICATE KEY UPDATE title = "
        "VALUES(title)",
        "sqlite": "INSERT INTO note (id, title) SELECT department.id, department.name FROM "
        "department WHERE department.id = ? ON CONFLICT (id) DO UPDATE SET title "
        "= excluded.title",
        "postgresql": "INSERT INTO note (id, title) SELECT department.id, department.name FROM "
        "department WHERE department.id = %s ON CONFLICT (id) DO UPDATE SET title "
        "= excluded.title",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (SELECT department.id, "
        "department.name FROM department WHERE department.id = %(id_1)s) AS "
        "excluded (id, title) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE "
        "SET title = excluded.title WHEN NOT MATCHED THEN INSERT (id, title) "
        "VALUES (excluded.id, excluded.title);",
    },
    refused={"oracle": "takes rows, not a query"},
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "Tools", None)],
)
def upsert_from_select() -> Any:
    two = select(department.c.id, department.c.name).where(department.c.id == 2)
    return upsert(note, update=["title"]).from_select(["id", "title"], two)


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET "
        "title = excluded.title RETURNING id, title",
        "postgresql": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO "
        "UPDATE SET title = excluded.title RETURNING note.id, note.title",
        "mariadb": "INSERT INTO note (id, title) VALUES (:id, :title) ON DUPLICATE KEY UPDATE "
        "title = VALUES(title) RETURNING id, title",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title)) AS excluded (id, "
        "title) ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = excluded.title "
        "WHEN NOT MATCHED THEN INSERT (id, title) VALUES (excluded.id, excluded.title) OUTPUT "
        "inserted.id, inserted.title;",
    },
    refused={"mysql": "no INSERT … RETURNING", "oracle": "returns nothing"},
    rows=[(2, "new")],
)
def upsert_returning() -> Any:
    return upsert(note).values(id=2, title="new").returning(note.c.id, note.c.title)


@construct(
    sql={
        "*": "INSERT INTO department (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name",
        "oracle": "MERGE INTO department USING (SELECT :id AS id, :name AS name FROM dual) "
        "excluded ON (department.id = excluded.id) WHEN MATCHED THEN UPDATE SET name = "
        "excluded.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (excluded.id, "
        "excluded.name)",
        "mssql": "MERGE INTO department WITH (HOLDLOCK) USING (VALUES (:id, :name)) AS excluded "
        "(id, name) ON (department.id = excluded.id) WHEN MATCHED THEN UPDATE SET name = "
        "excluded.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (excluded.id, "
        "excluded.name);",
    },
    refused={"mysql": "cannot tell which key", "mariadb": "cannot tell which key"},
    after=lambda: select(department.c.name).where(department.c.id == 1),
    rows=[("Shops",)],
)
def upsert_that_may_meet_two_keys() -> Any:
    return upsert(department).values(id=1, name="Shops")


@construct(
    sql={
        "*": "INSERT INTO department (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING",
        "oracle": "MERGE INTO department USING (SELECT :id AS id, :name AS name FROM dual) "
        "excluded ON (department.name = excluded.name) WHEN NOT MATCHED THEN INSERT (id, name) "
        "VALUES (excluded.id, excluded.name)",
        "mssql": "MERGE INTO department WITH (HOLDLOCK) USING (VALUES (:id, :name)) AS excluded "
        "(id, name) ON (department.name = excluded.name) WHEN NOT MATCHED THEN INSERT (id, "
        "name) VALUES (excluded.id, excluded.name);",
    },
    refused={"mysql": "cannot tell which key", "mariadb": "cannot tell which key"},
    after=lambda: select(department.c.id).where(department.c.name == "Sales"),
    rows=[(1,)],
)
def upsert_by_a_unique_column() -> Any:
    return upsert(department, index_elements=["name"], update=[]).values(id=7, name="Sales")


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET "
        "title = excluded.title, body = note.title WHERE note.body IS NULL",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title FROM dual) excluded "
        "ON (note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = excluded.title, body "
        "= note.title WHERE note.body IS NULL WHEN NOT MATCHED THEN INSERT (id, title) VALUES "
        "(excluded.id, excluded.title)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title)) AS excluded (id, "
        "title) ON (note.id = excluded.id) WHEN MATCHED AND note.body IS NULL THEN UPDATE SET "
        "title = excluded.title, body = note.title WHEN NOT MATCHED THEN INSERT (id, title) "
        "VALUES (excluded.id, excluded.title);",
    },
    refused={"mysql": "no rendering", "mariadb": "no rendering"},
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "new", "plain")],
)
def on_conflict_do_update() -> Any:
    add = pg_insert(note).values(id=2, title="new")
    return add.on_conflict_do_update(
        index_elements=[note.c.id],
        set_={"title": add.excluded.title, "body": note.c.title},
        where=note.c.body.is_(None),
    )


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (id) DO NOTHING",
        "oracle": "MERGE INTO note USING (SELECT :id AS id, :title AS title FROM dual) excluded "
        "ON (note.id = excluded.id) WHEN NOT MATCHED THEN INSERT (id, title) VALUES "
        "(excluded.id, excluded.title)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id, :title)) AS excluded (id, "
        "title) ON (note.id = excluded.id) WHEN NOT MATCHED THEN INSERT (id, title) VALUES "
        "(excluded.id, excluded.title);",
    },
    refused={"mysql": "no rendering", "mariadb": "no rendering"},
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "plain", None)],
)
def on_conflict_do_nothing() -> Any:
    return pg_insert(note).values(id=2, title="new").on_conflict_do_nothing(index_elements=["id"])


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) AS new ON DUPLICATE KEY UPDATE "
        "title = (concat(new.title, note.title))",
        "mariadb": "INSERT INTO note (id, title) VALUES (:id, :title) ON DUPLICATE KEY UPDATE "
        "title = (concat(VALUES(title), note.title))",
    },
    refused={
        "sqlite": "no rendering",
        "postgresql": "no rendering",
        "oracle": "no rendering",
        "mssql": "takes one on_conflict_",
    },
    after=lambda: (
        select(note.c.id, note.c.title, note.c.body)
        .where(note.c.id.in_([2, 9]))
        .order_by(note.c.id)
    ),
    rows=[(2, "unplain", None)],
)
def on_duplicate_key_update() -> Any:
    add = mysql_insert(note).values(id=2, title="un")
    return add.on_duplicate_key_update(title=add.inserted.title + note.c.title)


@construct(
    sql={},
    refused=dict.fromkeys(
        ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql"),
        r"index_elements=\['title'\] are not the columns of the primary key, of a unique "
        r"constraint or of a unique index of note \(it has: \['id'\]\)",
    ),
)
def upsert_by_columns_that_are_not_unique() -> Any:
    return upsert(note, index_elements=["title"]).values(id=7, title="plain")


@construct(
    sql={
        "*": "INSERT INTO note (id, title) VALUES (:id, :title) ON CONFLICT (title) WHERE body "
        "IS NULL DO NOTHING",
    },
    refused={
        "mysql": r"upsert\(\) on mysql takes no index_where=",
        "mariadb": r"upsert\(\) on mariadb takes no index_where=",
        "oracle": "without index_where",
        "mssql": "index_where= speaks of body, which the INSERT gives no value",
    },
)
def upsert_by_a_partial_index_the_metadata_does_not_know() -> Any:
    """Rendered only: no table of the world has such an index."""
    return upsert(
        note, index_elements=["title"], index_where=note.c.body.is_(None), update=[], verify=False
    ).values(id=7, title="plain")


@construct(
    sql={
        "*": "INSERT INTO note (id, title, body) VALUES (:id_1, :title_1, :body_1), (:id_2, "
        ":title_2, :body_2) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
        "postgresql": "INSERT INTO note (id, title, body) VALUES (:id_1::INTEGER, "
        ":title_1::VARCHAR, :body_1::VARCHAR), (:id_2::INTEGER, :title_2::VARCHAR, "
        ":body_2::VARCHAR) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
        "mysql": "INSERT INTO note (id, title, body) VALUES (:id_1, :title_1, :body_1), (:id_2, "
        ":title_2, :body_2) AS new ON DUPLICATE KEY UPDATE title = new.title",
        "mariadb": "INSERT INTO note (id, title, body) VALUES (:id_1, :title_1, :body_1), "
        "(:id_2, :title_2, :body_2) ON DUPLICATE KEY UPDATE title = VALUES(title)",
        "oracle": "MERGE INTO note USING (SELECT :id_1 AS id, :title_1 AS title, :body_1 AS "
        "body FROM dual UNION ALL SELECT :id_2, :title_2, :body_2 FROM dual) excluded ON "
        "(note.id = excluded.id) WHEN MATCHED THEN UPDATE SET title = excluded.title WHEN NOT "
        "MATCHED THEN INSERT (id, title, body) VALUES (excluded.id, excluded.title, "
        "excluded.body)",
        "mssql": "MERGE INTO note WITH (HOLDLOCK) USING (VALUES (:id_1, :title_1, :body_1), "
        "(:id_2, :title_2, :body_2)) AS excluded (id, title, body) ON (note.id = excluded.id) "
        "WHEN MATCHED THEN UPDATE SET title = excluded.title WHEN NOT MATCHED THEN INSERT (id, "
        "title, body) VALUES (excluded.id, excluded.title, excluded.body);",
    },
    after=lambda: select(note.c.id, note.c.title, note.c.body).order_by(note.c.id),
    rows=[
        (1, "50% off", "a_b"), (2, "second", None), (3, 'it\'s "quoted"', "back\\slash"),
        (4, "fourth", None),
    ],
)  # fmt: skip
def upsert_of_rows_with_keys_in_any_order() -> Any:
    """Keys in any order; one MERGE where that is the way."""
    return upsert(note, update=["title"]).values(
        [{"id": 2, "title": "second", "body": "two"}, {"title": "fourth", "id": 4, "body": None}]
    )
