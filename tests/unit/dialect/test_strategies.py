"""Key strategies and set statements of the author surface, fed with scripted replies; no
database."""

import random

import pytest
from dialect_doubles import Bind, PlainDialect, play

from accord.dialect import (
    YES,
    DefaultRow,
    DeleteBatch,
    DeleteForm,
    InsertBatch,
    InsertForm,
    KeyStrategy,
    Never,
    PlanOutdated,
    Refusal,
    Reply,
    RowValues,
    Suits,
    UpdateBatch,
    UpdateForm,
    choose_steps,
    insert_steps,
)
from accord.dialect.keys import ClientKey, KeyBlock, LastRowId, NaturalKey, Returning
from accord.exc import CompileError, FlushError, NoSuchModuleError
from accord.schema import Column, MetaData, Table
from accord.sql.functions import func
from accord.sqltypes import Integer, String, Uuid


def users(*more):
    return Table(
        "users",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("name", String, unique=True, nullable=False),
        Column("age", Integer),
        *more,
    )


def pairs():
    return Table(
        "pairs",
        MetaData(),
        Column("a", Integer, primary_key=True),
        Column("b", String, primary_key=True),
        Column("v", Integer),
    )


def strategy(bind, table):
    plan, _ = play(choose_steps(bind, table))
    return plan.strategy


NO_RETURNING = {"dml": {"returning_insert": Never("not here")}}


# -- choosing --------------------------------------------------------------------------------------


def test_the_first_strategy_that_suits_is_chosen_and_the_reasons_of_all_are_kept():
    plan, sent = play(choose_steps(Bind(), users()))
    assert isinstance(plan.strategy, Returning)
    assert isinstance(plan.given, ClientKey)
    assert sent == []
    assert [(name, verdict) for name, verdict, _ in plan.reasons] == [
        ("client", "refused"),
        ("pre-executed default", "refused"),
        ("returning", "chosen"),
        ("lastrowid", "not reached"),
        ("natural key", "not reached"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Returning),
        (NO_RETURNING, LastRowId),
        (NO_RETURNING | {"keys": {"lastrowid": Never("neither")}}, NaturalKey),
    ],
)
def test_each_missing_capability_leads_to_the_next_strategy(changes, expected):
    assert isinstance(strategy(Bind(**changes), users()), expected)


def test_when_nothing_suits_the_error_names_every_reason():
    bind = Bind(**NO_RETURNING, keys={"lastrowid": Never("no cursor attribute")})
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    with pytest.raises(CompileError) as caught:
        play(choose_steps(bind, table))
    for words in ("'t'", "not here", "no cursor attribute", "no unique key", "Python-side default"):
        assert words in str(caught.value)


def test_a_table_whose_rows_bring_their_keys_needs_no_strategy():
    table = Table("t", MetaData(), Column("id", Uuid, primary_key=True))
    assert isinstance(strategy(Bind(), table), ClientKey)
    assert isinstance(strategy(Bind(), pairs()), ClientKey)


def test_the_server_is_asked_for_its_version_when_the_engine_does_not_know_it_yet():
    bind = Bind()
    bind.capabilities = None
    plan, sent = play(choose_steps(bind, users()), [(1,)])
    assert [request.text for request in sent] == ["SELECT version()"]
    assert isinstance(plan.strategy, Returning)


def test_an_outdated_plan_is_made_anew_before_anything_is_written():
    class Fickle(Returning):
        name = "fickle"
        left = 2

        def insert_steps(self, batch):
            if Fickle.left:
                Fickle.left -= 1
                raise PlanOutdated("changed")
            return (yield from super().insert_steps(batch))

    dialect = PlainDialect()
    dialect.key_strategies = (ClientKey, Fickle)
    table = users()
    batch = InsertBatch(Bind(dialect), table, (table.c.name,), [("x",)], key=table.c.id)
    result, _ = play(insert_steps(batch), [(5,)])
    assert result.keys == [5]
    Fickle.left = 99
    with pytest.raises(PlanOutdated, match="'users' changes faster"):
        play(insert_steps(batch))


# -- client keys -----------------------------------------------------------------------------------


def test_given_keys_go_in_with_one_executemany():
    table = pairs()
    batch = InsertBatch(Bind(), table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    result, (request,) = play(insert_steps(batch), Reply([], 2))
    assert (result.keys, result.fetched) == (None, None)
    assert request.text == "INSERT INTO pairs (a, b) VALUES (?, ?)"
    assert request.rows == [(1, "x"), (2, "y")]


def test_multi_values_are_split_by_rows_and_parameters():
    table = pairs()
    bind = Bind(dml={"insert_forms": ((InsertForm.MULTI_VALUES, YES),)})
    rows = [(i, str(i)) for i in range(9)]
    batch = InsertBatch(bind, table, (table.c.a, table.c.b), rows)
    _, sent = play(insert_steps(batch), Reply([], 4), Reply([], 4), Reply([], 1))
    assert [len(request.parameters) // 2 for request in sent] == [4, 4, 1]
    assert sent[0].text == "INSERT INTO pairs (a, b) VALUES (?, ?), (?, ?), (?, ?), (?, ?)"
    assert sent[2].text == "INSERT INTO pairs (a, b) VALUES (?, ?)"
    assert sum((request.parameters for request in sent), ()) == tuple(
        v for row in rows for v in row
    )


def test_fetched_values_are_matched_by_key_however_the_rows_come_back():
    table = pairs()
    rows = [(i, str(i)) for i in range(7)]
    batch = InsertBatch(Bind(), table, (table.c.a, table.c.b), rows, fetch=(table.c.v,))

    def shuffled(request):
        given = request.parameters
        back = [(given[i], given[i + 1], given[i] * 10) for i in range(0, len(given), 2)]
        random.Random(4).shuffle(back)
        return back

    result, sent = play(insert_steps(batch), shuffled, shuffled)
    assert sent[0].text.endswith(" RETURNING a, b, v")
    assert result.fetched == [(i * 10,) for i in range(7)]


@pytest.mark.parametrize(
    "back",
    [
        [(1, "x", 1)],
        [(1, "x", 1), (3, "y", 2)],
        [(1, "x", 1), (2, "y", 2), (3, "z", 3)],
        [(1, "x", 1)] * 2,
    ],
)
def test_an_echo_that_does_not_fit_raises_before_any_value_is_given(back):
    table = pairs()
    batch = InsertBatch(
        Bind(), table, (table.c.a, table.c.b), [(1, "x"), (2, "y")], fetch=(table.c.v,)
    )
    with pytest.raises(FlushError, match=r"'pairs' did not come back with the keys \(a, b\)"):
        play(insert_steps(batch), back)


def test_without_a_final_returning_values_are_selected_afterwards():
    table = pairs()
    bind = Bind(dml={"returning_final": Never("triggers")})
    batch = InsertBatch(
        bind, table, (table.c.a, table.c.b), [(1, "x"), (2, "y")], fetch=(table.c.v,)
    )
    result, sent = play(insert_steps(batch), Reply([], 2), [(2, "y", 20), (1, "x", 10)])
    assert result.fetched == [(10,), (20,)]
    assert sent[1].text == "SELECT a, b, v FROM pairs WHERE (a = ? AND b = ?) OR (a = ? AND b = ?)"
    assert sent[1].parameters == (1, "x", 2, "y")
    assert sent[1].write


def test_the_keys_type_decides_when_two_driver_values_are_one_key():
    """A driver may give a UUID back as an object or as text; the column's type reads both the
    same."""
    import uuid

    key = uuid.uuid4()
    table = Table("t", MetaData(), Column("id", Uuid, primary_key=True), Column("v", Integer))
    batch = InsertBatch(Bind(), table, (table.c.id,), [(key.hex,)], fetch=(table.c.v,))
    result, _ = play(insert_steps(batch), [(str(key), 4)])
    assert result.fetched == [(4,)]


def test_a_count_that_is_not_the_number_of_rows_is_an_error():
    table = pairs()
    batch = InsertBatch(Bind(), table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    with pytest.raises(FlushError, match="'pairs' of 2 rows reported 3"):
        play(insert_steps(batch), Reply([], 3))
    play(insert_steps(batch), Reply([], -1))


# -- keys the database makes -----------------------------------------------------------------------


def made(bind, table, rows, **options):
    return InsertBatch(bind, table, (table.c.name,), rows, key=table.c.id, **options)


def test_returning_is_one_row_a_statement():
    table = users()
    batch = made(Bind(), table, [("x",), ("y",)], fetch=(table.c.age,))
    result, sent = play(insert_steps(batch), [(9, 1)], [(4, 2)])
    assert [request.text for request in sent] == [
        "INSERT INTO users (name) VALUES (?) RETURNING id, age"
    ] * 2
    assert (result.keys, result.fetched) == ([9, 4], [(1,), (2,)])


@pytest.mark.parametrize(
    ("back", "words"),
    [([], "returned 0 rows"), ([(1,), (2,)], "returned 2 rows"), ([(None,)], "users.id")],
)
def test_returning_without_a_key_is_an_error(back, words):
    with pytest.raises(FlushError, match=words):
        play(insert_steps(made(Bind(), users(), [("x",)])), back)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (DefaultRow.DEFAULT_VALUES, "INSERT INTO users DEFAULT VALUES RETURNING id"),
        (DefaultRow.EMPTY_VALUES, "INSERT INTO users () VALUES () RETURNING id"),
        (DefaultRow.DEFAULT_KEYWORD, "INSERT INTO users (id) VALUES (DEFAULT) RETURNING id"),
    ],
)
def test_a_row_of_defaults_is_written_as_the_database_wants_it(form, text):
    table = users()
    dialect = PlainDialect()
    dialect.capabilities = dialect.capabilities.replace(dml={"default_row": form})
    batch = InsertBatch(Bind(dialect), table, (), [(), ()], key=table.c.id)
    result, sent = play(insert_steps(batch), [(1,)], [(2,)])
    assert [request.text for request in sent] == [text, text]
    assert result.keys == [1, 2]


def test_lastrowid_is_asked_per_row_and_values_are_fetched_once():
    table = users()
    batch = made(Bind(**NO_RETURNING), table, [("x",), ("y",)], fetch=(table.c.age,))
    result, sent = play(insert_steps(batch), Reply([], 1, 7), Reply([], 1, 9), [(9, 90), (7, 70)])
    assert (result.keys, result.fetched) == ([7, 9], [(70,), (90,)])
    assert sent[2].text == "SELECT id, age FROM users WHERE id IN (?, ?)"


@pytest.mark.parametrize("lastrowid", [None, 0])
def test_a_driver_without_an_answer_is_an_error(lastrowid):
    with pytest.raises(FlushError, match="reported no key"):
        play(insert_steps(made(Bind(**NO_RETURNING), users(), [("x",)])), Reply([], 1, lastrowid))


def test_the_natural_key_finds_rows_again():
    table = users()
    bind = Bind(**NO_RETURNING, keys={"lastrowid": Never("no")})
    batch = made(bind, table, [("x",), ("y",)], fetch=(table.c.age,))
    result, sent = play(insert_steps(batch), Reply([], 2), [("y", 2, 20), ("x", 1, 10)])
    assert (result.keys, result.fetched) == ([1, 2], [(10,), (20,)])
    assert sent[1].text == "SELECT name, id, age FROM users WHERE name IN (?, ?)"
    without = InsertBatch(bind, table, (table.c.age,), [(1,)], key=table.c.id)
    with pytest.raises(FlushError, match="none of its unique keys"):
        play(insert_steps(without))


class Numbers(KeyBlock):
    """A block strategy as a dialect author writes it."""

    @classmethod
    def suits(cls, need) -> Suits | Refusal:
        if not need.autoincrement:
            return Refusal("not counting")
        fallback = Returning.suits(need)
        assert isinstance(fallback, Suits)
        return Suits(cls(fallback.strategy), "numbers of our own")

    def reserve_steps(self, batch, count):
        from accord.dialect import Execute

        reply = yield Execute(batch.bind, "SELECT nextval(?)", (count,), write=True)
        return [row[0] for row in reply.rows] or None


def blocks():
    dialect = PlainDialect()
    dialect.key_strategies = (ClientKey, Numbers, Returning)
    return dialect


def test_a_block_reserves_then_inserts_with_keys_given():
    table = users()
    batch = made(Bind(blocks()), table, [("x",), ("y",)], fetch=(table.c.age,))
    result, sent = play(insert_steps(batch), [(50,), (3,)], Reply([], 2), [(3, 1), (50, 2)])
    assert (list(result.keys), result.fetched) == ([50, 3], [(2,), (1,)])
    assert sent[1].rows == [(50, "x"), (3, "y")]
    assert sent[1].text == "INSERT INTO users (id, name) VALUES (?, ?)"


def test_a_block_without_numbers_left_falls_back():
    result, sent = play(
        insert_steps(made(Bind(blocks()), users(), [("x",), ("y",)])), [], [(1,)], [(2,)]
    )
    assert result.keys == [1, 2]
    assert "RETURNING" in sent[1].text


def test_one_row_is_no_block():
    result, sent = play(insert_steps(made(Bind(blocks()), users(), [("x",)])), [(8,)])
    assert result.keys == [8]
    assert len(sent) == 1


def test_every_strategy_has_a_name_and_an_answer_for_given_keys():
    bind = Bind()
    table = pairs()
    from accord.dialect.keys import KeyNeed

    need = KeyNeed.of(table, bind.dialect, bind.capabilities)
    for cls in (ClientKey, Returning, LastRowId, NaturalKey, *PlainDialect.key_strategies):
        assert issubclass(cls, KeyStrategy)
        assert cls.name
        assert isinstance(cls.suits(need), Suits if cls is ClientKey else Refusal)


# -- UPDATE and DELETE -----------------------------------------------------------------------------


def update(bind, table, rows, **options):
    return UpdateBatch(bind, table, (table.c.a, table.c.b), (table.c.v,), rows, **options)


ROWS = [(10, 1, "x"), (20, 2, "y"), (30, 3, "z")]


def test_update_by_executemany_sums_up():
    result, (request,) = play(
        PlainDialect().update_steps(update(Bind(), pairs(), ROWS)), Reply([], 3)
    )
    assert request.text == "UPDATE pairs SET v = ? WHERE a = ? AND b = ?"
    assert (request.rows, result.matched) == (ROWS, 3)


def test_update_row_by_row_where_executemany_does_not_count():
    bind = Bind(dml={"rowcount_executemany": Never("no")})
    result, sent = play(bind.dialect.update_steps(update(bind, pairs(), ROWS)), *[Reply([], 1)] * 3)
    assert (len(sent), result.matched) == (3, 3)


def test_update_in_one_statement_returns_values_by_key_where_returning_is_final():
    bind = Bind(dml={"update_forms": ((UpdateForm.FROM_VALUES, YES),)})
    table = pairs()
    result, (request,) = play(
        bind.dialect.update_steps(update(bind, table, ROWS, fetch=(table.c.v,))),
        [(3, "z", 33), (1, "x", 11), (2, "y", 22)],
    )
    assert request.text.endswith(" RETURNING a, b, v")
    assert result.fetched == [(11,), (22,), (33,)]


def test_values_are_selected_where_returning_would_cost_a_statement_a_row():
    bind = Bind()
    table = pairs()
    batch = update(bind, table, ROWS, fetch=(table.c.v,))
    result, sent = play(
        bind.dialect.update_steps(batch),
        Reply([], 3),
        [(2, "y", 22), (1, "x", 11), (3, "z", 33)],
    )
    assert [type(request).__name__ for request in sent] == ["ExecuteMany", "Execute"]
    assert result.fetched == [(11,), (22,), (33,)]
    one = update(bind, table, ROWS[:1], fetch=(table.c.v,))
    result, sent = play(bind.dialect.update_steps(one), [(1, "x", 11)])
    assert len(sent) == 1 and result.fetched == [(11,)]


def test_a_form_of_the_dialects_own_is_left_to_it():
    bind = Bind(
        dml={
            "update_forms": ((UpdateForm.UNNEST, YES), (UpdateForm.FROM_VALUES, YES)),
            "delete_forms": ((DeleteForm.ANY_ARRAY, YES), (DeleteForm.IN_LIST, YES)),
        }
    )
    table = pairs()
    _, (request,) = play(bind.dialect.update_steps(update(bind, table, ROWS)), Reply([], 3))
    assert "FROM (VALUES" in request.text
    batch = DeleteBatch(bind, users(), (users().c.id,), [(1,), (2,)])
    _, (request,) = play(bind.dialect.delete_steps(batch), Reply([], 2))
    assert request.text.endswith("WHERE id IN (?, ?)")


UNCOUNTED = {"rowcount_matched": Never("changed rows only")}


def test_where_rowcount_does_not_count_matched_rows_returning_does():
    bind = Bind(dml={**UNCOUNTED, "returning_delete": YES})
    table = pairs()
    rows = [[(1, "x")], [(2, "y")], []]
    result, sent = play(bind.dialect.update_steps(update(bind, table, ROWS)), *rows)
    assert result.matched == 2 and sent[0].text.endswith(" RETURNING a, b")
    batch = DeleteBatch(bind, table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    deleted, (request,) = play(bind.dialect.delete_steps(batch), [(1,)])
    assert deleted == 1 and request.text.endswith(" RETURNING a")


def test_and_where_there_is_no_returning_the_rows_are_counted_before():
    bind = Bind(dml={**UNCOUNTED, "returning_update": Never("no")})
    table = pairs()
    batch = update(bind, table, ROWS)
    result, sent = play(bind.dialect.update_steps(batch), [(3,)], Reply([], 0))
    assert result.matched == 3 and sent[0].text.startswith("SELECT count(*) FROM pairs WHERE")
    assert sent[0].parameters == (1, "x", 2, "y", 3, "z") and sent[0].write
    result, sent = play(bind.dialect.update_steps(batch), [(2,)])
    assert result.matched == 2 and len(sent) == 1  # nothing is written when one is missing
    gone = DeleteBatch(bind, table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    deleted, _ = play(bind.dialect.delete_steps(gone), [(2,)], Reply([], -1))
    assert deleted == 2
    deleted, sent = play(bind.dialect.delete_steps(gone), [(1,)])
    assert deleted == 1 and len(sent) == 1


def test_a_large_batch_is_split_by_rows_and_by_parameters():
    bind = Bind(
        dml={"update_forms": ((UpdateForm.FROM_VALUES, YES),)},
        limits={"parameters": 2_100, "rows": 1_000, "in_list": 1_000},
    )
    table = pairs()
    rows = [(i, i, str(i)) for i in range(70_000)]
    steps = bind.dialect.update_steps(update(bind, table, rows))
    sizes = []
    request = next(steps)
    try:
        while True:
            sizes.append(len(request.parameters) // 3)
            request = steps.send(Reply([], sizes[-1]))
    except StopIteration as done:
        assert done.value.matched == 70_000
    assert max(sizes) == 700 and sum(sizes) == 70_000 and len(sizes) == 100


def test_update_selects_values_afterwards_in_as_many_keys_as_fit():
    bind = Bind(dml={"returning_update": Never("no")})
    table = pairs()
    rows = [(i, i, str(i)) for i in range(5)]
    result, sent = play(
        bind.dialect.update_steps(update(bind, table, rows, fetch=(table.c.v,))),
        Reply([], 5),
        [(2, "2", 2), (1, "1", 1), (0, "0", 0)],
        [(4, "4", 4), (3, "3", 3)],
    )
    assert [len(request.parameters) for request in sent[1:]] == [6, 4]
    assert result.fetched == [(i,) for i in range(5)]


def test_missing_rows_are_counted_and_nothing_is_fetched():
    bind = Bind(dml={"returning_update": Never("no")})
    table = pairs()
    batch = update(bind, table, ROWS, fetch=(table.c.v,))
    result, _ = play(bind.dialect.update_steps(batch), Reply([], 2))
    assert (result.matched, result.fetched) == (2, None)


@pytest.mark.parametrize(
    ("form", "condition"),
    [
        (RowValues.IN_ROWS, "(a, b) IN ((?, ?), (?, ?))"),
        (RowValues.IN_VALUES, "(a, b) IN (VALUES (?, ?), (?, ?))"),
        (RowValues.OR_OF_ANDS, "(a = ? AND b = ?) OR (a = ? AND b = ?)"),
    ],
)
def test_composite_keys_are_compared_in_the_form_of_the_menu(form, condition):
    bind = Bind(dml={"row_values": ((form, YES),)})
    table = pairs()
    batch = DeleteBatch(bind, table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    deleted, (request,) = play(bind.dialect.delete_steps(batch), Reply([], 2))
    assert request.text == f"DELETE FROM pairs WHERE {condition}"
    assert (request.parameters, deleted) == ((1, "x", 2, "y"), 2)


def test_delete_is_split_and_summed():
    bind = Bind()
    table = users()
    batch = DeleteBatch(bind, table, (table.c.id,), [(i,) for i in range(7)])
    deleted, sent = play(bind.dialect.delete_steps(batch), Reply([], 3), Reply([], 2), Reply([], 1))
    assert deleted == 6
    assert [request.text for request in sent] == [
        "DELETE FROM users WHERE id IN (?, ?, ?)",
        "DELETE FROM users WHERE id IN (?, ?, ?)",
        "DELETE FROM users WHERE id = ?",
    ]


def test_delete_by_executemany_where_the_menu_says_so():
    bind = Bind(dml={"delete_forms": ((DeleteForm.EXECUTEMANY, YES),)})
    table = users()
    batch = DeleteBatch(bind, table, (table.c.id,), [(1,), (2,)])
    deleted, (request,) = play(bind.dialect.delete_steps(batch), Reply([], 2))
    assert (deleted, request.text) == (2, "DELETE FROM users WHERE id = ?")


# -- marks and names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("qmark", 'INSERT INTO "a%b" (x) VALUES (?), (?)'),
        ("format", 'INSERT INTO "a%%b" (x) VALUES (%s), (%s)'),
        ("pyformat", 'INSERT INTO "a%%b" (x) VALUES (%s), (%s)'),
        ("numeric", 'INSERT INTO "a%b" (x) VALUES (:1), (:2)'),
        ("named", 'INSERT INTO "a%b" (x) VALUES (:1), (:2)'),
        ("numeric_dollar", 'INSERT INTO "a%b" (x) VALUES ($1), ($2)'),
    ],
)
def test_marks_are_written_as_the_driver_wants_them(style, text):
    class Styled(PlainDialect):
        paramstyle = style

    bind = Bind(Styled(), dml={"insert_forms": ((InsertForm.MULTI_VALUES, YES),)})
    table = Table("a%b", MetaData(), Column("x", String, primary_key=True))
    batch = InsertBatch(bind, table, (table.c.x,), [("1",), ("2",)])
    _, (request,) = play(insert_steps(batch), Reply([], 2))
    assert (request.text, request.parameters) == (text, ("1", "2"))


@pytest.mark.parametrize(
    ("style", "text", "parameters"),
    [
        ("qmark", "INSERT INTO users (name, age) VALUES (?, length(?)), (?, length(?))", True),
        ("format", "INSERT INTO users (name, age) VALUES (%s, length(%s)), (%s, length(%s))", True),
        (
            "pyformat",
            "INSERT INTO users (name, age) VALUES (%s, length(%s)), (%s, length(%s))",
            True,
        ),
        (
            "named",
            "INSERT INTO users (name, age) VALUES (:1, length('it''s')), (:2, length('it''s'))",
            False,
        ),
    ],
)
def test_expressions_carry_their_values_or_are_written_out_where_marks_are_numbered(
    style, text, parameters
):
    class Styled(PlainDialect):
        paramstyle = style
        key_strategies = (ClientKey, NaturalKey)

    multi = {"insert_forms": ((InsertForm.MULTI_VALUES, YES),)}
    bind = Bind(Styled(), dml=multi)
    table = users()
    expressions = ((table.c.age, func.length("it's")),)
    batch = InsertBatch(bind, table, (table.c.name,), [("a",), ("b",)], expressions, key=table.c.id)
    result, sent = play(insert_steps(batch), Reply([], 2), [("b", 2), ("a", 1)])
    assert result.keys == [1, 2]
    assert sent[0].text == text
    assert sent[0].parameters == (("a", "it's", "b", "it's") if parameters else ("a", "b"))


# -- values nobody may see -----------------------------------------------------------------------


def secrets(bind):
    table = Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True, sensitive=True),
        Column("name", String),
        Column("token", String, sensitive=True),
    )
    return table, (table.c.id, table.c.name, table.c.token)


def test_requests_mark_the_parameters_of_sensitive_columns():
    multi = {"insert_forms": ((InsertForm.MULTI_VALUES, YES),), "returning_final": Never("no")}
    bind = Bind(dml=multi)
    table, columns = secrets(bind)
    rows = [(1, "a", "s"), (2, "b", "t")]
    batch = InsertBatch(bind, table, columns, rows, fetch=(table.c.name,))
    _, sent = play(insert_steps(batch), Reply([], 2), [(2, "b"), (1, "a")])
    assert sent[0].sensitive == {0, 2, 3, 5}
    assert sent[1].sensitive == {0, 1}


def test_updates_and_deletes_mark_them_too():
    bind = Bind()
    table, (id_, name, token) = secrets(bind)
    expressions = ((token, func.lower("S")), (name, func.upper("n")))
    batch = UpdateBatch(bind, table, (id_,), (name,), [("x", 1), ("y", 2)], expressions)
    _, (request,) = play(bind.dialect.update_steps(batch), Reply([], 2))
    assert request.rows[0] == ("S", "n", "x", 1)
    assert request.sensitive == {0, 3}
    batch = DeleteBatch(bind, table, (id_,), [(1,), (2,)])
    _, (request,) = play(bind.dialect.delete_steps(batch), Reply([], 2))
    assert request.sensitive == {0, 1}


def test_where_nothing_is_sensitive_nothing_is_marked():
    table = pairs()
    batch = InsertBatch(Bind(), table, (table.c.a, table.c.b), [(1, "x"), (2, "y")])
    _, (request,) = play(insert_steps(batch), Reply([], 2))
    assert request.sensitive is None


# -- the contract itself ---------------------------------------------------------------------------


def test_an_unknown_driver_is_named_with_those_there_are():
    with pytest.raises(NoSuchModuleError, match="'plain' has no driver 'two'; it has gone, one"):
        PlainDialect("two")


def test_a_driver_that_cannot_be_imported_says_what_to_install():
    with pytest.raises(
        NoSuchModuleError, match=r"'gone' .*module_that_is_not_there.*pip install accord-plain"
    ):
        _ = PlainDialect("gone").driver


def test_an_unknown_isolation_level_is_named_with_those_there_are():
    from accord.exc import ArgumentError

    with pytest.raises(ArgumentError, match="'CHAOS'; it has AUTOCOMMIT, SERIALIZABLE"):
        PlainDialect().isolation_statements("CHAOS")
    assert PlainDialect().isolation_level("serializable") == "SERIALIZABLE"


def test_a_dialect_must_say_what_has_no_default():
    from accord.dialect import Dialect

    assert Dialect.__abstractmethods__ == {
        "render_target", "connect_args", "probe", "classify", "has_table_steps",
    }  # fmt: skip
