"""Keys from sequences: drawn before the rows, in the INSERT, or out of a pool; ignored where there
are none."""

import threading

import pytest
from dialect_doubles import Bind, PlainDialect, play

from accord.dialect import YES, InsertBatch, KeyStrategy, Refusal, Reply, SequenceKeys, Suits
from accord.dialect.keys import ClientKey, LastRowId, Returning
from accord.dialect.keys.base import KeyNeed
from accord.dialect.plan import choose_steps, insert_steps
from accord.exc import ArgumentError, CompileError, FlushError
from accord.schema import Column, MetaData, Sequence, Table
from accord.sql.select import Select
from accord.sqltypes import Integer, String


class Numbered(PlainDialect):
    """A database with sequences, which draws many numbers at once."""

    capabilities = PlainDialect.capabilities.replace(keys={"sequences": YES})
    key_strategies = (ClientKey, SequenceKeys, Returning, LastRowId)

    def __init__(self, numbers=None):
        super().__init__()
        self.asked = []
        self.numbers = iter(numbers or ())

    def sequence_values_steps(self, bind, sequence, count):
        self.asked.append(count)
        return [next(self.numbers) for _ in range(count)]
        yield


def users(sequence):
    return Table(
        "users",
        MetaData(),
        Column("id", Integer, sequence, primary_key=True),
        Column("name", String(30)),
    )


def batch(bind, table, count):
    return InsertBatch(
        bind, table, (table.c.name,), [(f"n{i}",) for i in range(count)], key=table.c.id
    )


def inserted(reply_to):
    """A reply to executemany: all rows went in."""
    return Reply([], len(reply_to.rows))


# --- strategy ---


def test_several_rows_get_their_numbers_first_and_go_in_with_them():
    bind = Bind(Numbered([7, 8, 9]))
    table = users(Sequence("s"))
    result, sent = play(insert_steps(batch(bind, table, 3)), inserted)
    assert list(result.keys) == [7, 8, 9] and bind.dialect.asked == [3]
    assert sent[0].text == "INSERT INTO users (id, name) VALUES (?, ?)"
    assert sent[0].rows == [(7, "n0"), (8, "n1"), (9, "n2")]


def test_one_row_has_the_next_value_in_its_insert():
    bind = Bind(Numbered())
    table = users(Sequence("s"))
    result, sent = play(insert_steps(batch(bind, table, 1)), [(5,)])
    assert list(result.keys) == [5] and bind.dialect.asked == []
    assert sent[0].text == "INSERT INTO users (name, id) VALUES (?, nextval('s')) RETURNING id"


def test_without_returning_one_row_draws_first_too():
    bind = Bind(Numbered([3]), dml={"returning_insert": PlainDialect.capabilities.keys.identity})
    table = users(Sequence("s"))
    result, sent = play(insert_steps(batch(bind, table, 1)), Reply([], 1))
    assert list(result.keys) == [3] and bind.dialect.asked == [1]
    assert sent[0].parameters == (3, "n0")


def test_where_a_block_is_refused_every_row_has_the_next_value_in_its_insert():
    class Careful(SequenceKeys):
        @classmethod
        def refuse_block(cls, need):
            return "a trigger changes keys"

    bind = Bind(Numbered())
    bind.dialect.key_strategies = (ClientKey, Careful)
    table = users(Sequence("s"))
    result, sent = play(insert_steps(batch(bind, table, 2)), [(5,)], [(9,)])
    assert list(result.keys) == [5, 9]
    assert all("nextval('s')" in request.text for request in sent)
    plan, _ = play(choose_steps(bind, table))
    assert "a trigger changes keys" in str(plan)


def test_a_refused_block_without_returning_leads_to_the_next_strategy():
    class Careful(SequenceKeys):
        @classmethod
        def refuse_block(cls, need):
            return "a trigger changes keys"

    bind = Bind(Numbered(), dml={"returning_insert": PlainDialect.capabilities.keys.identity})
    need = KeyNeed.of(users(Sequence("s")), bind.dialect, bind.capabilities)
    answer = Careful.suits(need)
    assert isinstance(answer, Refusal) and "a trigger changes keys" in answer.reason


def test_a_dialect_may_return_the_key_of_one_row_in_its_own_way():
    class Own(KeyStrategy):
        name = "own"

        @classmethod
        def suits(cls, need):
            return Suits(cls(), "")

        def insert_steps(self, batch):
            return batch.expressions
            yield

    class Mine(SequenceKeys):
        @classmethod
        def single(cls, need):
            return Own()

    bind = Bind(Numbered())
    bind.dialect.key_strategies = (ClientKey, Mine)
    table = users(Sequence("s"))
    ((column, drawn),), _ = play(insert_steps(batch(bind, table, 1)))
    assert column is table.c.id and drawn.sequence.name == "s"


def test_without_a_many_at_once_each_number_is_one_select():
    bind = Bind(Numbered())
    steps = PlainDialect.sequence_values_steps(bind.dialect, bind, Sequence("s"), 2)
    numbers, sent = play(steps, [(1,)], [(2,)])
    assert numbers == [1, 2]
    assert {request.text.split(" AS ")[0] for request in sent} == {"SELECT nextval('s')"}
    assert all(request.write for request in sent)


def test_values_to_fetch_come_with_the_insert_where_it_can_return_them():
    bind = Bind(Numbered([7, 8]))
    table = users(Sequence("s"))
    made = batch(bind, table, 2)
    fetching = InsertBatch(bind, table, made.columns, made.rows, (), (table.c.name,), table.c.id)
    result, (request,) = play(insert_steps(fetching), [(8, "n1"), (7, "n0")])
    assert request.text == ("INSERT INTO users (id, name) VALUES (?, ?), (?, ?) RETURNING id, name")
    assert list(result.keys) == [7, 8] and result.fetched == [("n0",), ("n1",)]


# --- where there are none ---


def test_a_database_without_sequences_ignores_them_and_counts_itself():
    bind = Bind(PlainDialect())
    table = users(Sequence("s"))
    need = KeyNeed.of(table, bind.dialect, bind.capabilities)
    assert need.sequence is None and need.autoincrement
    assert str(table.insert().values(name="x").compile(dialect=NoSequences())) == (
        "INSERT INTO users (name) VALUES (?)"
    )


def test_an_optional_sequence_is_ignored_where_rows_number_themselves():
    class Optional(Numbered):
        def render_target(self, paramstyle):
            from dataclasses import replace

            return replace(super().render_target(paramstyle), sequences_optional=True)

    bind = Bind(Optional())
    wanted = KeyNeed.of(users(Sequence("s")), bind.dialect, bind.capabilities)
    ignored = KeyNeed.of(users(Sequence("s", optional=True)), bind.dialect, bind.capabilities)
    assert wanted.sequence is not None
    assert ignored.sequence is None and ignored.autoincrement
    table = users(Sequence("s", optional=True))
    text = str(table.insert().values(name="x").compile(dialect=Optional()))
    assert text == "INSERT INTO users (name) VALUES (?)"


class NoSequences(PlainDialect):
    def render_target(self, paramstyle):
        from dataclasses import replace

        return replace(super().render_target(paramstyle), supports_sequences=False)


def test_the_next_value_asked_of_a_database_without_sequences_is_one_clear_error():
    with pytest.raises(CompileError, match="plain has no sequences, and 'a.s' is asked for"):
        Select(Sequence("s", schema="a").next_value()).compile(dialect=NoSequences())


def test_names_are_quoted_inside_the_call():
    text = str(Select(Sequence("it's", schema="A").next_value()).compile(dialect=Numbered()))
    assert """nextval('"A"."it''s"')""" in text


# --- allocate ---


def test_one_number_serves_as_many_keys_as_allocated():
    bind = Bind(Numbered([1, 51, 101, 151]))
    table = users(Sequence("s", allocate=50))
    keys = []
    for _ in range(100):
        result, sent = play(insert_steps(batch(bind, table, 1)), Reply([], 1))
        keys += result.keys
        assert "RETURNING" not in sent[0].text
    assert keys == list(range(1, 101)) and bind.dialect.asked == [2]
    result, _ = play(insert_steps(batch(bind, table, 60)), inserted)
    assert list(result.keys) == list(range(101, 161)) and bind.dialect.asked == [2, 2]


def test_the_sequence_counts_by_what_is_allocated():
    assert Sequence("s", allocate=50).increment == 50
    assert Sequence("s", allocate=10, increment=50).increment == 50
    with pytest.raises(ArgumentError, match="increment=50"):
        Sequence("s", allocate=50, increment=10)
    with pytest.raises(ArgumentError, match="at least 1"):
        Sequence("s", allocate=0)
    with pytest.raises(ArgumentError, match="cycle"):
        Sequence("s", allocate=5, cycle=True)


@pytest.mark.parametrize("numbers", [[1, 2], [1, 51, 52], [4, 4]])
def test_a_sequence_that_counts_otherwise_in_the_database_is_noticed_before_a_key_is_used(numbers):
    bind = Bind(Numbered(numbers))
    table = users(Sequence("s", allocate=50))
    count = 1 if len(numbers) == 2 else 101
    with pytest.raises(FlushError, match="INCREMENT BY 50"):
        play(insert_steps(batch(bind, table, count)))


def test_keys_beyond_the_largest_number_are_not_given_out():
    bind = Bind(Numbered([1, 11, 21]))
    table = users(Sequence("s", allocate=10, maxvalue=15))
    result, _ = play(insert_steps(batch(bind, table, 15)), inserted)
    assert max(result.keys) == 15


def test_threads_that_share_a_pool_never_get_the_same_key():
    lock = threading.Lock()

    class Shared(Numbered):
        def sequence_values_steps(self, bind, sequence, count):
            with lock:
                return [next(self.numbers) for _ in range(count)]
            yield

    bind = Bind(Shared(range(1, 10**6, 10)))
    table = users(Sequence("s", allocate=10))
    play(choose_steps(bind, table))
    got: list[int] = []

    def work():
        for _ in range(200):
            result, _ = play(insert_steps(batch(bind, table, 7)), inserted)
            got.extend(result.keys)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 4 * 200 * 7
