"""Orders that keep every constraint at every single row, as checked by tables in memory."""

import datetime
import random
import uuid
from typing import Any

import pytest
from flow_doubles import Bind, FlowLoader, FlowSession
from flow_models import (
    Author,
    Base,
    Book,
    Child,
    Made,
    Maker,
    Node,
    Parent,
    Post,
    Rigid,
    Tag,
    Unique,
    Versioned,
    unique,
)
from memory_tables import MemoryTables, Violation

from accord import exc
from accord.dialect import YES, Never
from accord.schema import Column, MetaData, Table, UniqueConstraint
from accord.sqltypes import Integer, String


@pytest.fixture
def session() -> FlowSession:
    return FlowSession()


@pytest.fixture
def db() -> MemoryTables:
    return MemoryTables(Base.metadata)


def saved(session: FlowSession, db: MemoryTables, *objs: Any) -> None:
    session.add(*objs)
    session.flush(db)
    db.sent.clear()


def column(db: MemoryTables, table: str, name: str) -> list[Any]:
    return [row[name] for row in sorted(db.rows[table], key=lambda row: row["id"])]


def test_delete_and_insert_of_the_same_unique_value(session: FlowSession, db: MemoryTables) -> None:
    old = Parent(name="same", children=[])
    saved(session, db, old)
    session.delete(old)
    session.add(Parent(name="same"))
    session.flush(db)
    assert [sent.verb for sent in db.sent] == ["DELETE", "INSERT"]
    assert column(db, "parent", "name") == ["same"]


def test_inserts_come_first_where_nothing_is_contested(
    session: FlowSession, db: MemoryTables
) -> None:
    old = Parent(name="old", children=[])
    saved(session, db, old)
    session.delete(old)
    session.add(Parent(name="new"))
    session.flush(db)
    assert [sent.verb for sent in db.sent] == ["INSERT", "DELETE"]


def test_values_that_differ_in_case_only_count_as_the_same(
    session: FlowSession, db: MemoryTables
) -> None:
    old = Parent(name="Same ", children=[])
    saved(session, db, old)
    session.delete(old)
    session.add(Parent(name="same"))
    session.flush(db)
    assert [sent.verb for sent in db.sent] == ["DELETE", "INSERT"]


def test_delete_and_insert_of_the_same_key(session: FlowSession, db: MemoryTables) -> None:
    old = Author(id=1)
    saved(session, db, old)
    session.delete(old)
    new = Author(id=1)
    session.add(new)
    session.flush(db)
    assert session.identity.get(Author.__mapper__, 1) is new


def test_new_object_with_the_key_of_a_deleted_one_takes_over_its_row(
    session: FlowSession, db: MemoryTables
) -> None:
    old = Parent(name="old", children=[Child(name="stays"), Child(name="goes")])
    stays, goes = old.children
    saved(session, db, old)
    new = Parent(id=old.id, name="new")
    session.add(new)
    stays.parent = new
    session.delete(old)
    report = session.flush(db)
    assert [sent.text for sent in db.sent] == ["UPDATE child", "UPDATE parent"]
    assert db.sent[0].rows == [(None, goes.id)]
    assert (report.inserted, report.deleted) == (1, 1)
    assert column(db, "parent", "name") == ["new"]
    assert column(db, "child", "parent_id") == [1, None]
    assert session.identity.get(Parent.__mapper__, 1) is new
    kinds = [what for what, *_ in session.reported if what in ("inserted", "deleted")]
    assert kinds[-2:] == ["deleted", "inserted"]


def test_taken_over_row_keeps_nothing_of_the_old_one(
    session: FlowSession, db: MemoryTables
) -> None:
    old = unique(1, nick="a", area=5)
    saved(session, db, old)
    session.delete(old)
    new = unique(1, nick=None, area=None)
    del new.place
    session.add(new)
    session.flush(db)
    (row,) = db.rows["unique_values"]
    assert (row["nick"], row["area"], row["place"]) == (None, None, 0)
    assert new.place == 0


def test_taken_over_row_counts_its_version_on(session: FlowSession, db: MemoryTables) -> None:
    old = Versioned(name="a")
    saved(session, db, old)
    session.delete(old)
    new = Versioned(id=old.id, name="b")
    session.add(new)
    session.flush(db)
    assert db.sent[0].columns == ("name", "version", "id", "version")
    assert new.version == 2


def test_taken_over_rows_exchange_unique_values(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(1), unique(2)]
    saved(session, db, *objs)
    session.delete(*objs)
    session.add(unique(1, number=2), unique(2, number=1))
    session.flush(db)
    assert column(db, "unique_values", "number") == [2, 1]


def test_secondary_rows_of_a_taken_over_object_are_the_new_ones(
    session: FlowSession, db: MemoryTables
) -> None:
    one, two = Tag(), Tag()
    old = Post(tags=[one, two])
    saved(session, db, old)
    session.delete(old)
    session.add(Post(id=old.id, tags=[two]))
    session.flush(db)
    assert db.rows["tagging"] == [{"post_id": 1, "tag_id": 2}]


def test_chain_of_updates(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(number) for number in range(1, 6)]
    saved(session, db, *objs)
    for obj in objs:
        obj.number += 1
    session.flush(db)
    assert column(db, "unique_values", "number") == [2, 3, 4, 5, 6]
    assert all(sent.verb == "UPDATE" for sent in db.sent)


def test_long_chain_costs_two_batches(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(number) for number in range(1, 101)]
    saved(session, db, *objs)
    for obj in objs:
        obj.number += 1
    session.flush(db)
    assert column(db, "unique_values", "number") == list(range(2, 102))
    assert len(db.sent) <= 3


def test_permutation_costs_few_batches(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(number) for number in range(1, 101)]
    saved(session, db, *objs)
    values = random.Random(7).sample([(obj.area, obj.place, obj.email) for obj in objs], 100)
    for obj, (area, place, email) in zip(objs, values, strict=True):
        obj.area, obj.place, obj.email = area, place, email
    session.flush(db)
    assert column(db, "unique_values", "email") == [email for _, _, email in values]
    assert len(db.sent) <= 6


VALUES = {
    "nick": ("a", "b"),
    "email": ("a@x", "b@x"),
    "number": (7, 8),
    "token": (uuid.UUID(int=7), uuid.UUID(int=8)),
    "place": (7, 8),
}


@pytest.mark.parametrize("key", VALUES)
def test_swap(session: FlowSession, db: MemoryTables, key: str) -> None:
    first, second = VALUES[key]
    one, two = unique(1, **{key: first}), unique(2, **{key: second})
    saved(session, db, one, two)
    before = column(db, "unique_values", key)
    setattr(one, key, second)
    setattr(two, key, first)
    session.flush(db)
    assert column(db, "unique_values", key) == before[::-1]
    assert column(db, "unique_values", "area") == [1, 1]
    assert [sent.verb for sent in db.sent] == ["UPDATE"] * 3
    parked = db.sent[0].rows[0][0]
    assert parked is None if key == "nick" else parked not in before


def test_many_swaps_are_three_batches(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(number) for number in range(1, 101)]
    saved(session, db, *objs)
    for one, two in zip(objs[::2], objs[1::2], strict=True):
        one.number, two.number = two.number, one.number
    session.flush(db)
    assert [len(sent.rows) for sent in db.sent] == [50, 50, 50]


def test_rotation(session: FlowSession, db: MemoryTables) -> None:
    objs = [unique(number) for number in range(1, 6)]
    saved(session, db, *objs)
    emails = [obj.email for obj in objs]
    for obj, email in zip(objs, emails[1:] + emails[:1], strict=True):
        obj.email = email
    session.flush(db)
    assert column(db, "unique_values", "email") == emails[1:] + emails[:1]


def test_swap_that_cannot_be_parked_names_the_rows(session: FlowSession, db: MemoryTables) -> None:
    one, two = unique(1), unique(2)
    saved(session, db, one, two)
    one.day, two.day = two.day, one.day
    before = session.snapshot()
    with pytest.raises(exc.UniqueCycleError, match=r"\(day\) in a circle: Unique\(id=[12]\)"):
        session.flush(db)
    assert db.sent == []
    assert session.snapshot() == before
    assert one.day == datetime.date(2026, 1, 3)


def test_swap_of_primary_keys(session: FlowSession, db: MemoryTables) -> None:
    one, two = Author(id=1), Author(id=2)
    saved(session, db, one, two)
    one.id, two.id = 2, 1
    session.flush(db)
    assert sorted(row["id"] for row in db.rows["author"]) == [1, 2]
    assert session.identity.get(Author.__mapper__, 1) is two
    assert session.identity.get(Author.__mapper__, 2) is one


def test_parking_counts_no_version(session: FlowSession, db: MemoryTables) -> None:
    one, two = Versioned(name="a"), Versioned(name="b")
    saved(session, db, one, two)
    one.name, two.name = two.name, one.name
    session.flush(db)
    assert (one.version, two.version) == (2, 2)
    assert column(db, "versioned", "version") == [2, 2]
    assert column(db, "versioned", "name") == ["b", "a"]


def test_old_values_that_are_not_loaded_are_read_once(
    session: FlowSession, db: MemoryTables
) -> None:
    objs = [unique(1), unique(2)]
    saved(session, db, *objs)
    session.expire(*objs)
    loader = FlowLoader(values={objs[0]: {"number": 1}, objs[1]: {"number": 2}})
    objs[0].number, objs[1].number = 2, 1
    session.flush(db, loader)
    assert loader.asked == [("values", "Unique", "number")]
    assert column(db, "unique_values", "number") == [2, 1]


def test_deleted_row_that_is_not_loaded_is_read_for_an_insert(
    session: FlowSession, db: MemoryTables
) -> None:
    old = Parent(name="same", children=[])
    saved(session, db, old)
    session.expire(old)
    session.delete(old)
    session.add(Parent(name="same"))
    loader = FlowLoader(values={old: {"name": "same"}}, members={(old, "children"): []})
    session.flush(db, loader)
    assert ("values", "Parent", "name") in loader.asked
    assert column(db, "parent", "name") == ["same"]


def test_parent_of_the_same_unique_value_is_replaced_while_its_children_move(
    session: FlowSession, db: MemoryTables
) -> None:
    children = [Child(name=f"c{number}") for number in range(4)]
    old = Parent(name="home", children=children)
    saved(session, db, old)
    new = Parent(name="home", children=list(children))
    session.add(new)
    session.delete(old)
    session.flush(db)
    assert [sent.text for sent in db.sent] == [
        "UPDATE parent",  # parks the old one's name
        "INSERT parent",
        "UPDATE child",
        "DELETE parent",
    ]
    assert [len(sent.rows) for sent in db.sent] == [1, 1, 4, 1]
    assert column(db, "child", "parent_id") == [new.id] * 4
    assert column(db, "parent", "name") == ["home"]


def test_value_that_rows_refer_to_is_not_parked(session: FlowSession, db: MemoryTables) -> None:
    old = Maker(code="a")
    made = [Made(maker=old), Made(maker=old)]
    saved(session, db, old, *made)
    new = Maker(code="a")
    session.add(new)
    for obj in made:
        obj.maker = new
    session.delete(old)
    session.flush(db)
    assert [sent.text for sent in db.sent] == [
        "UPDATE made",  # lets go
        "DELETE maker",
        "INSERT maker",
        "UPDATE made",
    ]
    assert column(db, "made", "code") == ["a", "a"]


def test_parents_exchange_names_and_children(session: FlowSession, db: MemoryTables) -> None:
    left = Parent(name="left", children=[Child(name="l")])
    right = Parent(name="right", children=[Child(name="r")])
    saved(session, db, left, right)
    left.name, right.name = right.name, left.name
    left.children, right.children = list(right.children), list(left.children)
    session.flush(db)
    assert column(db, "parent", "name") == ["right", "left"]
    assert column(db, "child", "parent_id") == [2, 1]


def test_children_by_value_follow_a_replaced_key(session: FlowSession, db: MemoryTables) -> None:
    old, book = Author(id=1), Book(id=1, author_id=1)
    saved(session, db, old, book)
    session.delete(old)
    session.add(Author(id=2))
    book.author_id = 2
    session.flush(db)
    assert [row["author_id"] for row in db.rows["book"]] == [2]


def test_self_referential_rows_by_value(session: FlowSession, db: MemoryTables) -> None:
    session.add(Node(id=3, up_id=2), Node(id=2, up_id=1), Node(id=1))
    session.flush(db)
    assert [sent.rows[0][0] for sent in db.sent] == [1, 2, 3]


def test_circle_by_value_is_patched(session: FlowSession, db: MemoryTables) -> None:
    one, two = Node(id=1, up_id=2), Node(id=2, up_id=1)
    session.add(one, two)
    session.flush(db)
    assert column(db, "node", "up_id") == [2, 1]
    assert (one.up_id, two.up_id) == (2, 1)


def test_self_referential_rows_are_deleted_leaves_first(
    session: FlowSession, db: MemoryTables
) -> None:
    root = Node(name="root", down=[Node(name="a", down=[Node(name="aa", down=[])])])
    saved(session, db, root)
    session.delete(root, *root.down, *root.down[0].down)
    session.flush(db)
    assert [sent.rows for sent in db.sent] == [[(3,)], [(2,)], [(1,)]]


def test_circle_of_rows_is_deleted(session: FlowSession, db: MemoryTables) -> None:
    one, two = Node(name="one"), Node(name="two")
    one.up, two.up = two, one
    saved(session, db, one, two)
    session.delete(one, two)
    session.flush(db)
    assert db.rows["node"] == []


@pytest.mark.parametrize(("at_end", "sent"), [(True, ["DELETE"]), (False, ["UPDATE", "DELETE"])])
def test_row_that_refers_to_itself_lets_go_first_where_each_row_is_checked(
    at_end: bool, sent: list[str]
) -> None:
    answer = YES if at_end else Never("a double")
    session = FlowSession(Bind(schema={"foreign_keys_at_statement_end": answer}))
    db = MemoryTables(Base.metadata)
    node = Node(id=1, up_id=1, down=[])
    saved(session, db, node)
    session.delete(node)
    session.flush(db)
    assert [request.verb for request in db.sent] == sent


def test_circle_that_nothing_breaks_is_an_error(session: FlowSession, db: MemoryTables) -> None:
    one, two = Rigid(id=1), Rigid(id=2)
    one.other, two.other = two, one
    session.add(one, two)
    with pytest.raises(exc.CircularDependencyError, match="Make one of the foreign keys nullable"):
        session.flush(db)
    assert db.sent == []


def test_rows_inserted_keep_the_order_they_were_added_in(
    session: FlowSession, db: MemoryTables
) -> None:
    nodes = [Node(name=f"n{number}") for number in range(20)]
    for node in nodes[10:]:
        node.up = nodes[0]
    session.add(*nodes)
    session.flush(db)
    assert [node.id for node in nodes] == list(range(1, 21))


def test_a_real_conflict_is_left_to_the_database(session: FlowSession, db: MemoryTables) -> None:
    saved(session, db, Parent(name="a"))
    session.add(Parent(name="a"))
    with pytest.raises(Violation, match="exists already"):
        session.flush(db)


@pytest.mark.parametrize("supported", [True, False])
def test_deferred_unique_constraint_needs_no_parking(supported: bool) -> None:
    from accord.mapping import DeclarativeBase

    class Own(DeclarativeBase):
        metadata = MetaData()

    class Slot(Own):
        __table__ = Table(
            "slot",
            Own.metadata,
            Column("id", Integer, primary_key=True),
            Column("name", String(20), nullable=False),
            UniqueConstraint("name", deferrable=True, initially="DEFERRED"),
        )

    schema = {"deferrable_unique": YES} if supported else {}
    session = FlowSession(Bind(schema=schema))
    one, two = Slot(id=1, name="a"), Slot(id=2, name="b")
    session.stored(one, two)
    one.name, two.name = two.name, one.name
    from flow_doubles import Answers

    db = Answers()
    session.flush(db)
    assert [len(sent.rows) for sent in db.sent] == ([2] if supported else [1, 1, 1])


def test_unique_values_of_every_class_are_looked_at_together(
    session: FlowSession, db: MemoryTables
) -> None:
    objs = [unique(number) for number in range(1, 7)]
    saved(session, db, *objs)
    numbers = [obj.number for obj in objs]
    emails = [obj.email for obj in objs]
    for obj, number, email in zip(objs, numbers[::-1], emails[2:] + emails[:2], strict=True):
        obj.number, obj.email = number, email
    session.delete(objs[3])
    session.add(unique(9, number=objs[3].number, email=objs[3].email))
    session.flush(db)
    found = {row["id"]: (row["number"], row["email"]) for row in db.rows["unique_values"]}
    assert found == {obj.id: (obj.number, obj.email) for obj in [*objs[:3], *objs[4:]]} | {
        9: (objs[3].number, objs[3].email)
    }


def test_unique_class_is_used() -> None:
    assert Unique.__tablename__ == "unique_values"
