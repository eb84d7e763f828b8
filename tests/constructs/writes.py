"""Statements that write: INSERT, UPDATE, DELETE."""

from __future__ import annotations

from typing import Any

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    exists,
    from_dml_column,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
    update,
)
from accord.dialects.mysql import limit
from constructs import construct
from constructs.world import counter, department, employee, note

named = Table(
    "department",
    MetaData(),
    Column("id", Integer),
    Column("name", String(20), default="n"),
)
counted = Table(
    "counter",
    MetaData(),
    Column("label", String(20)),
    Column("hits", Integer, default=select(func.count(employee.c.id))),
)


@construct(
    sql={
        "*": "INSERT INTO counter DEFAULT VALUES",
        "mysql": "INSERT INTO counter VALUES ()",
        "mariadb": "INSERT INTO counter VALUES ()",
        "oracle": "INSERT INTO counter (id) VALUES (DEFAULT)",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("new", 0)],
)
def insert_without_values() -> Any:
    return insert(counter).values()


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) VALUES (:label_1, :hits_1), (:label_2, :hits_2)",
        "postgresql": "INSERT INTO counter (label, hits) VALUES (:label_1::VARCHAR, "
        ":hits_1::INTEGER), (:label_2::VARCHAR, :hits_2::INTEGER)",
        "oracle": "INSERT INTO counter (label, hits) SELECT :label_1, :hits_1 FROM dual UNION "
        "ALL SELECT :label_2, :hits_2 FROM dual",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("a", 1), ("b", 2)],
)
def insert_of_several_rows() -> Any:
    return insert(counter).values([{"label": "a", "hits": 1}, {"label": "b", "hits": 2}])


@construct(
    sql={
        "*": "INSERT INTO counter (label) VALUES (DEFAULT), (DEFAULT)",
    },
    refused={"sqlite": "list of empty dicts", "oracle": "list of empty dicts"},
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("new", 0), ("new", 0)],
)
def insert_of_several_rows_of_defaults() -> Any:
    return insert(counter).values([{}, {}])


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) VALUES (upper(:param_1), :param_2 * :param_3)",
        "postgresql": "INSERT INTO counter (label, hits) VALUES (upper(:param_1::VARCHAR), "
        ":param_2::INTEGER * :param_3::INTEGER)",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("A", 6)],
)
def insert_of_expressions() -> Any:
    return insert(counter).values(label=func.upper("a"), hits=literal(2) * 3)


@construct(
    sql={
        "*": "INSERT INTO counter (hits) VALUES ((SELECT max(employee.salary) AS max_1 "
        "FROM employee))",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("new", 900)],
)
def insert_of_a_scalar_subquery() -> Any:
    highest = select(func.max(employee.c.salary)).scalar_subquery()
    return insert(counter).values(hits=highest)


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) VALUES (:label, char_length(:label))",
        "sqlite": "INSERT INTO counter (label, hits) VALUES (:label, length(:label))",
        "postgresql": "INSERT INTO counter (label, hits) VALUES (:label, "
        "char_length(:label::VARCHAR))",
        "oracle": "INSERT INTO counter (label, hits) VALUES (:label, LENGTH(:label))",
        "mssql": "INSERT INTO counter (label, hits) VALUES (:label, (LEN(:label + N'.') - 1))",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("four", 4)],
)
def insert_of_the_value_of_another_column() -> Any:
    return insert(counter).values(
        label="four", hits=func.char_length(from_dml_column(counter.c.label))
    )


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) VALUES (:label, :hits)",
    },
    parameters={"hits": 2},
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("a", 2)],
)
def insert_with_values_at_execution() -> Any:
    return insert(counter).values(label="a", hits=1)


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) SELECT employee.name, employee.salary FROM "
        "employee WHERE employee.salary > :salary_1 ORDER BY employee.id",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("Ada", 900), ("Eve", 700)],
)
def insert_from_select() -> Any:
    rich = (
        select(employee.c.name, employee.c.salary)
        .where(employee.c.salary > 600)
        .order_by(employee.c.id)
    )
    return insert(counter).from_select(["label", "hits"], rich)


@construct(
    sql={
        "*": "INSERT INTO counter (label) SELECT department.name FROM department WHERE "
        "department.id < :id_1 UNION ALL SELECT note.title FROM note WHERE note.id = :id_2",
    },
    after=lambda: select(counter.c.label),
    rows=[("Sales",), ("Tools",), ("plain",)],
)
def insert_from_union() -> Any:
    both = union_all(
        select(department.c.name).where(department.c.id < 3),
        select(note.c.title).where(note.c.id == 2),
    )
    return insert(counter).from_select(["label"], both)


@construct(
    sql={
        "*": "WITH rich AS (SELECT employee.name AS name FROM employee WHERE employee.salary > "
        ":salary_1) INSERT INTO counter (label) SELECT rich.name FROM rich",
        "mysql": "INSERT INTO counter (label) WITH rich AS (SELECT employee.name AS name FROM "
        "employee WHERE employee.salary > :salary_1) SELECT rich.name FROM rich",
        "mariadb": "INSERT INTO counter (label) WITH rich AS (SELECT employee.name AS name FROM "
        "employee WHERE employee.salary > :salary_1) SELECT rich.name FROM rich",
        "oracle": "INSERT INTO counter (label) WITH rich AS (SELECT employee.name AS name FROM "
        "employee WHERE employee.salary > :salary_1) SELECT rich.name FROM rich",
    },
    after=lambda: select(counter.c.label),
    rows=[("Ada",)],
)
def insert_from_a_cte() -> Any:
    rich = select(employee.c.name).where(employee.c.salary > 800).cte("rich")
    return insert(counter).from_select(["label"], select(rich.c.name))


@construct(
    sql={
        "*": "INSERT INTO counter (label) VALUES (:label) RETURNING label",
        "postgresql": "INSERT INTO counter (label) VALUES (:label) RETURNING counter.label",
        "oracle": "INSERT INTO counter (label) VALUES (:label) RETURNING counter.label INTO :ret_0",
        "mssql": "INSERT INTO counter (label) OUTPUT inserted.label VALUES (:label)",
    },
    refused={"mysql": "no INSERT … RETURNING"},
    rows=[("a",)],
)
def insert_returning() -> Any:
    return insert(counter).values(label="a").returning(counter.c.label)


@construct(
    sql={
        "*": "INSERT INTO counter (hits) VALUES (:hits) RETURNING hits + :hits_1 AS next",
        "postgresql": "INSERT INTO counter (hits) VALUES (:hits) RETURNING counter.hits + "
        ":hits_1::INTEGER AS next",
        "oracle": "INSERT INTO counter (hits) VALUES (:hits) RETURNING counter.hits + :hits_1 "
        "INTO :ret_0",
        "mssql": "INSERT INTO counter (hits) OUTPUT inserted.hits + :hits_1 AS next VALUES (:hits)",
    },
    refused={"mysql": "no INSERT … RETURNING"},
    rows=[(5,)],
)
def insert_returning_an_expression() -> Any:
    return insert(counter).values(hits=4).returning((counter.c.hits + 1).label("next"))


@construct(
    sql={
        "*": "INSERT INTO counter (hits) VALUES (:hits)",
        "sqlite": "INSERT OR IGNORE INTO counter (hits) VALUES (:hits)",
        "mysql": "INSERT IGNORE INTO counter (hits) VALUES (:hits)",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("new", 4)],
)
def insert_with_a_prefix() -> Any:
    return (
        insert(counter)
        .values(hits=4)
        .prefix_with("OR IGNORE", dialect="sqlite")
        .prefix_with("IGNORE", dialect="mysql")
    )


@construct(
    sql={
        "*": "UPDATE employee SET salary=(employee.salary + :salary_1) WHERE employee.id > :id_1",
        "postgresql": "UPDATE employee SET salary=(employee.salary + :salary_1::INTEGER) WHERE "
        "employee.id > :id_1",
    },
    after=lambda: select(employee.c.id, employee.c.salary).order_by(employee.c.id),
    rows=[(1, 900), (2, 500), (3, 500), (4, 301), (5, 701)],
)
def update_rows() -> Any:
    return update(employee).values(salary=employee.c.salary + 1).where(employee.c.id > 3)


@construct(
    sql={
        "*": "UPDATE employee SET bonus=:bonus, salary=:salary WHERE employee.id = :id_1",
    },
    after=lambda: (
        select(employee.c.id, employee.c.salary).order_by(employee.c.id).where(employee.c.id == 1)
    ),
    rows=[(1, 1)],
)
def update_in_an_order() -> Any:
    return (
        update(employee)
        .ordered_values((employee.c.bonus, 5), (employee.c.salary, 1))
        .where(employee.c.id == 1)
    )


@construct(
    sql={
        "*": "UPDATE department SET name=(SELECT min(employee.name) AS min_1 FROM employee "
        "WHERE employee.department_id = department.id) WHERE department.id < :id_1",
    },
    after=lambda: select(department.c.name).order_by(department.c.id),
    rows=[("Ada",), ("Cyd",), ("Empty",)],
)
def update_by_a_correlated_subquery() -> Any:
    first = (
        select(func.min(employee.c.name))
        .where(employee.c.department_id == department.c.id)
        .scalar_subquery()
    )
    return update(department).values(name=first).where(department.c.id < 3)


@construct(
    sql={
        "*": "UPDATE department SET name=:name WHERE NOT EXISTS (SELECT * FROM employee WHERE "
        "employee.department_id = department.id)",
    },
    after=lambda: select(department.c.name).order_by(department.c.id),
    rows=[("Sales",), ("Tools",), ("none",)],
)
def update_where_exists() -> Any:
    staffed = exists().where(employee.c.department_id == department.c.id)
    return update(department).values(name="none").where(~staffed)


@construct(
    sql={
        "*": "UPDATE employee, department SET employee.bonus=department.id WHERE "
        "employee.department_id = department.id AND department.name = %s",
        "sqlite": "UPDATE employee SET bonus=department.id FROM department WHERE "
        "employee.department_id = department.id AND department.name = ?",
        "postgresql": "UPDATE employee SET bonus=department.id FROM department WHERE "
        "employee.department_id = department.id AND department.name = %s",
        "mssql": "UPDATE employee SET bonus=department.id FROM employee, department WHERE "
        "employee.department_id = department.id AND department.name = %(name_1)s",
    },
    refused={"oracle": "no UPDATE … FROM"},
    after=lambda: select(employee.c.id, employee.c.bonus).order_by(employee.c.id),
    rows=[(1, None), (2, 50), (3, 2), (4, 2), (5, 0)],
)
def update_from() -> Any:
    return (
        update(employee)
        .values(bonus=department.c.id)
        .where(employee.c.department_id == department.c.id, department.c.name == "Tools")
    )


@construct(
    sql={
        "*": "UPDATE employee SET salary=boss.salary FROM employee AS boss WHERE "
        "employee.manager_id = boss.id",
        "mysql": "UPDATE employee, employee AS boss SET employee.salary=boss.salary WHERE "
        "employee.manager_id = boss.id",
        "mariadb": "UPDATE employee, employee AS boss SET employee.salary=boss.salary WHERE "
        "employee.manager_id = boss.id",
        "mssql": "UPDATE employee SET salary=boss.salary FROM employee, employee AS boss "
        "WHERE employee.manager_id = boss.id",
    },
    refused={"oracle": "no UPDATE … FROM"},
    after=lambda: select(employee.c.id, employee.c.salary).order_by(employee.c.id),
    rows=[(1, 900), (2, 900), (3, 900), (4, 500), (5, 700)],
)
def update_from_an_alias_of_itself() -> Any:
    boss = employee.alias("boss")
    return update(employee).values(salary=boss.c.salary).where(employee.c.manager_id == boss.c.id)


@construct(
    sql={
        "*": "UPDATE department SET name=heads.head FROM (SELECT "
        "employee.department_id AS department_id, min(employee.name) AS head FROM "
        "employee GROUP BY employee.department_id) AS heads WHERE "
        "heads.department_id = department.id",
        "mysql": "UPDATE department, (SELECT employee.department_id AS department_id, "
        "min(employee.name) AS head FROM employee GROUP BY "
        "employee.department_id) AS heads SET department.name=heads.head WHERE "
        "heads.department_id = department.id",
        "mariadb": "UPDATE department, (SELECT employee.department_id AS department_id, "
        "min(employee.name) AS head FROM employee GROUP BY "
        "employee.department_id) AS heads SET department.name=heads.head WHERE "
        "heads.department_id = department.id",
        "mssql": "UPDATE department SET name=heads.head FROM department, (SELECT "
        "employee.department_id AS department_id, min(employee.name) AS head FROM "
        "employee GROUP BY employee.department_id) AS heads WHERE "
        "heads.department_id = department.id",
    },
    refused={"oracle": "no UPDATE … FROM"},
    after=lambda: select(department.c.name).order_by(department.c.id),
    rows=[("Ada",), ("Cyd",), ("Empty",)],
)
def update_from_a_subquery() -> Any:
    heads = (
        select(employee.c.department_id, func.min(employee.c.name).label("head"))
        .group_by(employee.c.department_id)
        .subquery("heads")
    )
    return (
        update(department).values(name=heads.c.head).where(heads.c.department_id == department.c.id)
    )


@construct(
    sql={
        "*": "UPDATE employee, department SET employee.salary=:salary, department.name=:name "
        "WHERE employee.department_id = department.id AND department.id = :id_1",
    },
    refused={
        "sqlite": "one UPDATE each for department",
        "postgresql": "one UPDATE each for department",
        "oracle": "one UPDATE each for department",
        "mssql": "one UPDATE each for department",
    },
    after=lambda: select(department.c.name).order_by(department.c.id),
    rows=[("x",), ("Tools",), ("Empty",)],
)
def update_of_two_tables() -> Any:
    return (
        update(employee)
        .values({employee.c.salary: 0, department.c.name: "x"})
        .where(employee.c.department_id == department.c.id, department.c.id == 1)
    )


@construct(
    sql={
        "*": "UPDATE note SET body=:body WHERE note.id = :id_1 RETURNING body",
        "postgresql": "UPDATE note SET body=:body WHERE note.id = :id_1 RETURNING note.body",
        "oracle": "UPDATE note SET body=:body WHERE note.id = :id_1 RETURNING note.body INTO "
        ":ret_0",
        "mssql": "UPDATE note SET body=:body OUTPUT inserted.body WHERE note.id = :id_1",
    },
    refused={"mysql": "no UPDATE … RETURNING", "mariadb": "no UPDATE … RETURNING"},
    rows=[("b",)],
)
def update_returning() -> Any:
    return update(note).values(body="b").where(note.c.id == 2).returning(note.c.body)


@construct(
    sql={
        "*": "WITH some AS (SELECT employee.id AS id FROM employee WHERE employee.name = "
        ":name_1) UPDATE note SET body=:body WHERE note.id IN (SELECT some.id FROM some)",
        "postgresql": 'WITH "some" AS (SELECT employee.id AS id FROM employee WHERE '
        "employee.name = :name_1) UPDATE note SET body=:body WHERE note.id IN (SELECT "
        '"some".id FROM "some")',
        "mssql": "WITH [some] AS (SELECT employee.id AS id FROM employee WHERE employee.name = "
        ":name_1) UPDATE note SET body=:body WHERE note.id IN (SELECT [some].id FROM [some])",
    },
    refused={"mariadb": "no WITH before UPDATE", "oracle": "no WITH before UPDATE"},
    after=lambda: select(note.c.id, note.c.body).order_by(note.c.id),
    rows=[(1, "b"), (2, None), (3, "back\\slash")],
)
def update_with_a_cte() -> Any:
    some = select(employee.c.id).where(employee.c.name == "Ada").cte("some")
    return update(note).values(body="b").where(note.c.id.in_(select(some.c.id)))


@construct(
    sql={
        "*": "UPDATE note SET body=:body ORDER BY note.id DESC LIMIT :param_1",
    },
    refused={
        "sqlite": "no LIMIT in UPDATE and DELETE",
        "postgresql": "no LIMIT in UPDATE and DELETE",
        "oracle": "no LIMIT in UPDATE and DELETE",
        "mssql": "no LIMIT in UPDATE and DELETE",
    },
    after=lambda: select(note.c.id, note.c.body).order_by(note.c.id),
    rows=[(1, "a_b"), (2, None), (3, "b")],
)
def update_of_the_first_rows() -> Any:
    return update(note).values(body="b").ext(limit(1, order_by=note.c.id.desc()))


@construct(
    sql={
        "*": "UPDATE note SET title=:title, body=:title WHERE note.id = :id_1",
        "postgresql": "UPDATE note SET title=:title, body=:title::VARCHAR WHERE note.id = :id_1",
    },
    after=lambda: select(note.c.title, note.c.body).where(note.c.id == 2),
    rows=[("t", "t")],
)
def update_to_the_new_value_of_another_column() -> Any:
    return update(note).values(title="t", body=from_dml_column(note.c.title)).where(note.c.id == 2)


@construct(
    sql={
        "*": "DELETE FROM note WHERE note.id > :id_1",
    },
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[(1, "50% off")],
)
def delete_rows() -> Any:
    return delete(note).where(note.c.id > 1)


@construct(
    sql={
        "*": "DELETE FROM note",
    },
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[],
)
def delete_all_rows() -> Any:
    return delete(note)


@construct(
    sql={
        "*": "DELETE FROM note WHERE note.id < (SELECT max(employee.id) AS max_1 FROM employee "
        "WHERE employee.id < :id_1)",
    },
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[(3, 'it\'s "quoted"')],
)
def delete_where_a_scalar_subquery() -> Any:
    oldest = select(func.max(employee.c.id)).where(employee.c.id < 4).scalar_subquery()
    return delete(note).where(note.c.id < oldest)


@construct(
    sql={
        "*": "DELETE FROM note USING note, employee WHERE note.id = employee.id AND "
        "employee.name = :name_1",
        "postgresql": "DELETE FROM note USING employee WHERE note.id = employee.id AND "
        "employee.name = :name_1",
        "mssql": "DELETE FROM note FROM note, employee WHERE note.id = employee.id AND "
        "employee.name = :name_1",
    },
    refused={"sqlite": "no DELETE … USING", "oracle": "no DELETE … USING"},
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[(1, "50% off"), (3, 'it\'s "quoted"')],
)
def delete_using() -> Any:
    return delete(note).using(employee).where(note.c.id == employee.c.id, employee.c.name == "Bob")


@construct(
    sql={
        "*": "DELETE FROM note WHERE note.id = :id_1 RETURNING title",
        "postgresql": "DELETE FROM note WHERE note.id = :id_1 RETURNING note.title",
        "oracle": "DELETE FROM note WHERE note.id = :id_1 RETURNING note.title INTO :ret_0",
        "mssql": "DELETE FROM note OUTPUT deleted.title WHERE note.id = :id_1",
    },
    refused={"mysql": "no DELETE … RETURNING"},
    rows=[("plain",)],
)
def delete_returning() -> Any:
    return delete(note).where(note.c.id == 2).returning(note.c.title)


@construct(
    sql={
        "*": "WITH some AS (SELECT employee.id AS id FROM employee WHERE employee.name = "
        ":name_1) DELETE FROM note WHERE note.id IN (SELECT some.id FROM some)",
        "postgresql": 'WITH "some" AS (SELECT employee.id AS id FROM employee WHERE '
        'employee.name = :name_1) DELETE FROM note WHERE note.id IN (SELECT "some".id FROM '
        '"some")',
        "mssql": "WITH [some] AS (SELECT employee.id AS id FROM employee WHERE employee.name = "
        ":name_1) DELETE FROM note WHERE note.id IN (SELECT [some].id FROM [some])",
    },
    refused={"mariadb": "no WITH before UPDATE", "oracle": "no WITH before UPDATE"},
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[(2, "plain"), (3, 'it\'s "quoted"')],
)
def delete_with_a_cte() -> Any:
    some = select(employee.c.id).where(employee.c.name == "Ada").cte("some")
    return delete(note).where(note.c.id.in_(select(some.c.id)))


@construct(
    sql={
        "*": "DELETE FROM note ORDER BY note.id LIMIT :param_1",
    },
    refused={
        "sqlite": "no LIMIT in UPDATE and DELETE",
        "postgresql": "no LIMIT in UPDATE and DELETE",
        "oracle": "no LIMIT in UPDATE and DELETE",
        "mssql": "no LIMIT in UPDATE and DELETE",
    },
    after=lambda: select(note.c.id, note.c.title).order_by(note.c.id),
    rows=[(3, 'it\'s "quoted"')],
)
def delete_of_the_first_rows() -> Any:
    return delete(note).ext(limit(2, order_by=note.c.id))


@construct(
    sql={
        "*": "WITH gone AS (DELETE FROM note WHERE note.id = :id_1 RETURNING note.title) INSERT "
        "INTO counter (label) SELECT gone.title FROM gone",
    },
    refused={
        "sqlite": "no INSERT, UPDATE or DELETE inside WITH",
        "mysql": "no INSERT, UPDATE or DELETE inside WITH",
        "mariadb": "no INSERT, UPDATE or DELETE inside WITH",
        "oracle": "no INSERT, UPDATE or DELETE inside WITH",
        "mssql": "no INSERT, UPDATE or DELETE inside WITH",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("plain", 0)],
)
def cte_of_a_delete_moved_into_another_table() -> Any:
    gone = delete(note).where(note.c.id == 2).returning(note.c.title).cte("gone")
    return insert(counter).from_select(["label"], select(gone.c.title))


@construct(
    sql={
        "*": "WITH changed AS (UPDATE note SET body=:body WHERE note.id = :id_1 RETURNING "
        "note.id) SELECT changed.id, department.name FROM changed JOIN department ON "
        "department.id = changed.id",
    },
    refused={
        "sqlite": "no INSERT, UPDATE or DELETE inside WITH",
        "mysql": "no INSERT, UPDATE or DELETE inside WITH",
        "mariadb": "no INSERT, UPDATE or DELETE inside WITH",
        "oracle": "no INSERT, UPDATE or DELETE inside WITH",
        "mssql": "no INSERT, UPDATE or DELETE inside WITH",
    },
    rows=[(2, "Tools")],
)
def cte_of_an_update_selected_from() -> Any:
    changed = (
        update(note).values(body="b").where(note.c.id == 2).returning(note.c.id).cte("changed")
    )
    return select(changed.c.id, department.c.name).join(department, department.c.id == changed.c.id)


@construct(
    sql={
        "*": "WITH added AS (INSERT INTO counter (label) VALUES (:label)) UPDATE note SET "
        "body=:body WHERE note.id = :id_1",
    },
    refused={
        "sqlite": "no INSERT, UPDATE or DELETE inside WITH",
        "mysql": "no INSERT, UPDATE or DELETE inside WITH",
        "mariadb": "no INSERT, UPDATE or DELETE inside WITH",
        "oracle": "no INSERT, UPDATE or DELETE inside WITH",
        "mssql": "no INSERT, UPDATE or DELETE inside WITH",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("a", 0)],
)
def cte_of_an_insert_added_to_an_update() -> Any:
    added = insert(counter).values(label="a").cte("added")
    return update(note).values(body="b").where(note.c.id == 2).add_cte(added)


@construct(
    sql={
        "*": "INSERT INTO department (id, name) VALUES (:id_1, :name_m0), (:id_2, :name_1)",
        "postgresql": "INSERT INTO department (id, name) VALUES (:id_1::INTEGER, :name_m0), "
        "(:id_2::INTEGER, :name_1::VARCHAR)",
        "oracle": "INSERT INTO department (id, name) SELECT :id_1, :name_m0 FROM dual UNION ALL "
        "SELECT :id_2, :name_1 FROM dual",
    },
    after=lambda: select(department.c.id, department.c.name).order_by(department.c.id),
    rows=[(1, "Sales"), (2, "Tools"), (3, "Empty"), (11, "n"), (12, "x")],
)
def insert_of_rows_that_leave_a_column_to_its_default() -> Any:
    return insert(named).values([{"id": 11}, {"id": 12, "name": "x"}])


@construct(
    sql={
        "*": "INSERT INTO counter (label, hits) VALUES ('q', (SELECT count(employee.id) "
        "AS count_1 FROM employee))",
    },
    after=lambda: select(counter.c.label, counter.c.hits).order_by(counter.c.id),
    rows=[("q", 5)],
)
def insert_with_a_query_as_a_default() -> Any:
    return insert(counted).values(label=literal_column("'q'"))


@construct(
    sql={
        "*": "UPDATE employee JOIN department ON department.id = employee.department_id "
        "SET employee.salary=1 WHERE department.name = 'Sales'",
    },
    refused={
        "sqlite": "no UPDATE of a join",
        "postgresql": "no UPDATE of a join",
        "oracle": "no UPDATE of a join",
        "mssql": "no UPDATE of a join",
    },
    after=lambda: select(employee.c.name, employee.c.salary).order_by(employee.c.id),
    rows=[("Ada", 1), ("Bob", 1), ("Cyd", 500), ("Dan", 300), ("Eve", 700)],
)
def update_of_a_join() -> Any:
    return (
        update(employee.join(department))
        .values({employee.c.salary: literal_column("1")})
        .where(department.c.name == literal_column("'Sales'"))
    )
