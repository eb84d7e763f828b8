"""Whole flushes against scripted replies: what is sent, and what objects and session hold after."""

import re
import warnings

import pytest
from flow_doubles import (
    Answers,
    Bind,
    FlowLoader,
    FlowSession,
    Miscounting,
    without_returning,
)
from flow_models import (
    Author,
    Ball,
    Book,
    ByHand,
    Child,
    City,
    Country,
    Eager,
    Filled,
    Item,
    Lazy,
    Node,
    Owner,
    Pair,
    Parent,
    Person,
    Pet,
    Post,
    Shelf,
    Shelved,
    Tag,
    Toy,
    Versioned,
)

from accord import exc
from accord.event import listen
from accord.sql import func, null, select
from accord.state import STATE_KEY, Change, Status, key_of, status_of
from accord.unitofwork import FlushReport


@pytest.fixture
def session() -> FlowSession:
    return FlowSession()


@pytest.fixture
def db() -> Answers:
    return Answers()


# --- new objects --------------------------------------------------------------------------------


def test_new_objects_get_their_keys_and_become_persistent(
    session: FlowSession, db: Answers
) -> None:
    first, second = Item(name="a", size=1), Item(name="b", size=2)
    session.add(first, second)
    report = session.flush(db)
    assert report == FlushReport(inserted=2)
    assert db.verbs == ["INSERT item"]
    assert db.sent[0].columns == ("name", "size")
    assert db.sent[0].rows == [("a", 1), ("b", 2)]
    assert (first.id, second.id) == (1, 2)
    assert vars(first)[STATE_KEY] is session.lease
    assert session.identity.get(Item.__mapper__, 2) is second
    assert not session.new_objects
    assert ("inserted", Item, [1, 2], ("id",)) in session.reported


def test_nothing_to_write_sends_nothing(session: FlowSession, db: Answers) -> None:
    assert session.flush(db) == FlushReport()
    assert db.sent == []


def test_given_and_generated_keys_are_two_batches(session: FlowSession, db: Answers) -> None:
    session.add(Item(name="a"), Item(id=7, name="b"), Item(name="c"))
    session.flush(db)
    assert [sent.columns for sent in db.sent] == [("name", "size"), ("id", "name", "size")]
    assert [len(sent.rows) for sent in db.sent] == [2, 1]


def test_unset_attributes_are_none_afterwards(session: FlowSession, db: Answers) -> None:
    item = Item(name="a")
    session.add(item)
    session.flush(db)
    assert vars(item)["size"] is None


def test_child_takes_the_key_of_its_new_parent(session: FlowSession, db: Answers) -> None:
    parent = Parent(name="p", children=[Child(name="a"), Child(name="b")])
    session.add(parent)
    session.flush(db)
    assert db.verbs == ["INSERT parent", "INSERT child"]
    assert [row["parent_id"] for row in db.sent[1].dicts] == [1, 1]
    assert [child.parent_id for child in parent.children] == [1, 1]


def test_child_takes_the_key_of_a_persistent_parent(session: FlowSession, db: Answers) -> None:
    parent = Parent(id=4, name="p")
    session.stored(parent)
    session.add(Child(name="a", parent=parent))
    session.flush(db)
    assert db.of("INSERT child").dicts == [{"name": "a", "parent_id": 4}]


def test_child_takes_the_key_of_an_expired_parent(session: FlowSession, db: Answers) -> None:
    parent = Parent(id=4, name="p")
    session.stored(parent)
    child = Child(name="a", parent=parent)
    session.expire(parent)
    session.add(child)
    session.flush(db)
    assert child.parent_id == 4


def test_none_in_a_relationship_empties_the_foreign_key(session: FlowSession, db: Answers) -> None:
    session.add(Child(name="a", parent_id=3, parent=None))
    session.flush(db)
    assert db.sent[0].dicts == [{"name": "a", "parent_id": None}]


def test_foreign_key_of_two_columns(session: FlowSession, db: Answers) -> None:
    session.add(Shelf(room=1, row=2, books=[Shelved(), Shelved()]))
    session.flush(db)
    assert db.of("INSERT shelved").rows == [(1, 2), (1, 2)]


def test_related_object_outside_of_the_session_is_warned_about(
    session: FlowSession, db: Answers
) -> None:
    child = Child(name="a")
    session.add(child)
    vars(child)["parent"] = Parent(name="p")
    with pytest.warns(exc.SAWarning, match="Object of type <Parent> not in session, add operation"):
        session.flush(db)
    assert db.sent[0].dicts == [{"name": "a", "parent_id": None}]


def test_each_class_goes_to_its_engine(db: Answers) -> None:
    one, two = Bind("one"), Bind("two")
    session = FlowSession(Parent=one, Child=two)
    session.add(Parent(name="p", children=[Child(name="a")]))
    session.flush(db)
    assert [sent.batch.bind for sent in db.sent] == [one, two]
    assert db.sent[1].dicts[0]["parent_id"] == 1


def test_missing_value_is_refused_before_anything_is_sent(
    session: FlowSession, db: Answers
) -> None:
    session.add(Parent(name="p"), Item(size=2))
    before = session.snapshot()
    with pytest.raises(exc.MissingValueError, match=r"Item\.name of <Item at"):
        session.flush(db)
    assert db.sent == []
    assert session.snapshot() == before


def test_missing_key_is_refused(session: FlowSession, db: Answers) -> None:
    session.add(ByHand(note="n"))
    with pytest.raises(exc.MissingValueError, match=r"ByHand\.code .* primary key"):
        session.flush(db)


def test_missing_parent_is_refused(session: FlowSession, db: Answers) -> None:
    session.add(Pet())
    with pytest.raises(exc.MissingValueError, match=r"Pet\.owner_id"):
        session.flush(db)


def test_wrong_type_is_refused_by_name_and_without_the_value(
    session: FlowSession, db: Answers
) -> None:
    session.add(Parent(name="p"), Item(name="a", size="secret"))
    before = session.snapshot()
    with pytest.raises(exc.StatementError, match=r"Item\.size: expected int") as caught:
        session.flush(db)
    assert "secret" not in str(caught.value)
    assert db.sent == []
    assert session.snapshot() == before


# --- defaults -----------------------------------------------------------------------------------


def test_defaults_of_every_kind(session: FlowSession, db: Answers) -> None:
    filled = Filled()
    session.add(filled)
    session.flush(db)
    (sent,) = db.sent
    (row,) = sent.dicts
    assert row["name"] == "nobody"
    assert row["number"] >= 100
    assert row["shout"] == "nobody!"
    assert "made" not in row and "served" not in row
    assert [column.name for column, _ in sent.batch.expressions] == ["made"]
    assert [column.name for column in sent.batch.fetch] == ["made", "served", "careful"]
    assert (filled.name, filled.number, filled.shout) == ("nobody", row["number"], "nobody!")
    assert (filled.made, filled.served) == ("made 0", "served 0")


def test_given_values_are_kept_beside_defaults(session: FlowSession, db: Answers) -> None:
    session.add(Filled(name="a", number=1), Filled(name="b"))
    session.flush(db)
    rows = db.sent[0].dicts
    assert [row["name"] for row in rows] == ["a", "b"]
    assert rows[0]["number"] == 1 and rows[1]["number"] >= 100
    assert [row["shout"] for row in rows] == ["a!", "b!"]


def test_json_none_is_a_value_when_given_and_null_when_not(
    session: FlowSession, db: Answers
) -> None:
    session.add(Filled(document=None, name="a"), Filled(name="b"), Filled(document={"k": 1}))
    session.flush(db)
    assert [row["document"] for row in db.sent[0].dicts] == ["null", None, '{"k": 1}']


def test_none_that_counts_is_sent_despite_the_server_default(
    session: FlowSession, db: Answers
) -> None:
    session.add(Filled(careful=None), Filled(served=None))
    session.flush(db)
    assert sorted("careful" in sent.columns for sent in db.sent) == [False, True]


def test_null_is_sent_despite_every_default(session: FlowSession, db: Answers) -> None:
    filled = Filled(served=null(), shout=null(), document=null())
    session.add(filled)
    session.flush(db)
    (row,) = db.sent[0].dicts
    assert (row["served"], row["shout"], row["document"]) == (None, None, None)
    assert (filled.served, filled.shout, filled.document) == (None, None, None)


def test_expression_is_rendered_and_its_value_fetched(session: FlowSession, db: Answers) -> None:
    item = Item(name=func.upper("a"), size=2)
    session.add(item)
    session.flush(db)
    (sent,) = db.sent
    assert sent.columns == ("size",)
    assert [column.name for column, _ in sent.batch.expressions] == ["name"]
    assert item.name == "name 0"


def test_equal_expressions_share_a_batch(session: FlowSession, db: Answers) -> None:
    session.add(*[Item(name=func.upper("a"), size=number) for number in range(3)])
    session.add(Item(name=func.upper("b"), size=9))
    session.flush(db)
    assert [len(sent.rows) for sent in db.sent] == [3, 1]


def test_select_as_primary_key(session: FlowSession, db: Answers) -> None:
    item = Item(id=select(func.max(Item.size)), name="a")
    session.add(item)
    session.flush(db)
    assert db.sent[0].batch.key.name == "id"
    assert [column.name for column, _ in db.sent[0].batch.expressions] == ["id"]
    assert item.id == 1


def test_generated_values_are_left_to_the_next_access_where_nothing_returns(db: Answers) -> None:
    session = FlowSession(without_returning())
    filled = Filled()
    session.add(filled)
    session.flush(db)
    assert db.sent[0].batch.fetch == ()
    assert "served" not in vars(filled)


def test_eager_defaults_true_and_false(session: FlowSession, db: Answers) -> None:
    eager, lazy = Eager(name="a"), Lazy()
    session.add(eager, lazy)
    session.flush(db)
    assert [column.name for column in db.of("INSERT eager").batch.fetch] == ["served"]
    assert db.of("INSERT lazy").batch.fetch == ()
    assert "served" not in vars(lazy)
    eager.name = "b"
    session.flush(db)
    assert [column.name for column in db.sent[-1].batch.fetch] == ["touched"]


# --- changed objects ----------------------------------------------------------------------------


def test_update_sends_changed_columns_only(session: FlowSession, db: Answers) -> None:
    item = Item(id=1, name="a", size=1)
    session.stored(item)
    item.name = "b"
    report = session.flush(db)
    assert report == FlushReport(updated=1)
    (sent,) = db.sent
    assert (sent.text, sent.columns, sent.rows) == ("UPDATE item", ("name", "id"), [("b", 1)])
    assert vars(item)[STATE_KEY] is session.lease
    assert not session.dirty_objects


def test_value_set_back_is_no_update(session: FlowSession, db: Answers) -> None:
    item = Item(id=1, name="a", size=1)
    session.stored(item)
    item.name, item.size = "b", 2
    item.name = "a"
    session.flush(db)
    assert db.sent[0].columns == ("size", "id")
    item.size = 3
    item.size = 2
    assert session.flush(db) == FlushReport()
    assert len(db.sent) == 1
    assert not session.dirty_objects


def test_updates_are_grouped_by_columns_and_sorted_by_key(
    session: FlowSession, db: Answers
) -> None:
    items = [Item(id=number, name="a", size=1) for number in (3, 1, 2)]
    session.stored(*items)
    for item in items:
        item.name = f"n{item.id}"
    items[1].size = 5
    session.flush(db)
    assert {sent.columns: sent.rows for sent in db.sent} == {
        ("name", "id"): [("n2", 2), ("n3", 3)],
        ("name", "size", "id"): [("n1", 5, 1)],
    }


def test_onupdate_of_every_kind(session: FlowSession, db: Answers) -> None:
    filled = Filled(id=1, name="a", stamped="old", touched=1)
    session.stored(filled)
    filled.name = "b"
    session.flush(db)
    (sent,) = db.sent
    assert sent.columns == ("name", "touched", "id")
    assert filled.touched == sent.rows[0][1]
    assert "stamped" not in vars(filled)


def test_expression_in_an_update_expires_the_attribute(session: FlowSession, db: Answers) -> None:
    items = [Item(id=number, name="a", size=1) for number in (1, 2)]
    session.stored(*items)
    for item in items:
        item.size = Item.size + 1
    session.flush(db)
    (sent,) = db.sent
    assert sent.batch.set_columns == ()
    assert [column.name for column, _ in sent.batch.expressions] == ["size"]
    assert sent.rows == [(1,), (2,)]
    assert "size" not in vars(items[0])


def test_none_for_a_not_null_column_is_refused(session: FlowSession, db: Answers) -> None:
    item = Item(id=1, name="a")
    session.stored(item)
    item.name = None
    with pytest.raises(exc.MissingValueError, match=r"Item\.name"):
        session.flush(db)


def test_update_of_an_expired_object_keeps_it_expired(session: FlowSession, db: Answers) -> None:
    item = Item(id=1, name="a", size=1)
    session.stored(item)
    session.expire(item)
    item.name = "b"
    session.flush(db)
    assert db.sent[0].rows == [("b", 1)]
    assert key_of(item) == 1
    assert type(vars(item)[STATE_KEY]) is Change
    assert "size" not in vars(item)


def test_primary_key_switch(session: FlowSession, db: Answers) -> None:
    pair = Pair(left=1, right=2, note="n")
    session.stored(pair)
    pair.right = 3
    session.flush(db)
    (sent,) = db.sent
    assert (sent.columns, sent.rows) == (("right", "left", "right"), [(3, 1, 2)])
    assert ("switched", Pair, (1, 2), (1, 3)) in session.reported
    assert key_of(pair) == (1, 3)
    assert session.identity.get(Pair.__mapper__, (1, 3)) is pair


def test_loaded_children_follow_a_switched_key(session: FlowSession, db: Answers) -> None:
    city = City(id=1, country_code="aa")
    country = Country(code="aa", cities=[city])
    session.stored(country, city)
    country.code = "bb"
    session.flush(db)
    assert db.verbs == ["UPDATE country", "UPDATE city"]
    assert db.sent[1].rows == [("bb", 1)]
    assert city.country_code == "bb"


def test_stale_update_names_the_rows_and_settles_nothing(session: FlowSession) -> None:
    items = [Item(id=number, name="a") for number in (1, 2)]
    session.stored(*items)
    for item in items:
        item.name = "b"
    before = session.snapshot()
    message = r"expected to update 2 row\(s\); 1 were matched. The rows: Item\(id=1\), Item\(id=2\)"
    with pytest.raises(exc.StaleDataError, match=message):
        session.flush(Miscounting("UPDATE item", 1))
    assert session.snapshot() == before


# --- versions -----------------------------------------------------------------------------------


def test_version_is_counted_and_matched(session: FlowSession, db: Answers) -> None:
    obj = Versioned(name="a")
    session.add(obj)
    session.flush(db)
    assert db.sent[0].dicts == [{"name": "a", "version": 1}]
    obj.name = "b"
    session.flush(db)
    assert db.sent[1].columns == ("name", "version", "id", "version")
    assert db.sent[1].rows == [("b", 2, 1, 1)]
    assert obj.version == 2
    session.delete(obj)
    session.flush(db)
    assert db.sent[2].rows == [(1, 2)]


def test_version_that_is_not_loaded_is_read(session: FlowSession, db: Answers) -> None:
    obj = Versioned(id=1, name="a", version=4)
    session.stored(obj)
    session.expire(obj)
    obj.name = "b"
    loader = FlowLoader(values={obj: {"version": 4, "name": "a"}})
    session.flush(db, loader)
    assert db.sent[0].rows == [("b", 5, 1, 4)]
    assert loader.asked == [("values", "Versioned", "version")]


def test_version_of_a_row_that_is_gone(session: FlowSession, db: Answers) -> None:
    obj = Versioned(id=1, name="a", version=4)
    session.stored(obj)
    session.expire(obj)
    obj.name = "b"
    with pytest.raises(exc.StaleDataError, match="is gone"):
        session.flush(db, FlowLoader(values={obj: None}))


def test_stale_delete_of_a_version_is_an_error(session: FlowSession) -> None:
    obj = Versioned(id=1, name="a", version=4)
    session.stored(obj)
    session.delete(obj)
    with pytest.raises(exc.StaleDataError, match="expected to delete 1"):
        session.flush(Miscounting("DELETE versioned", 0))


# --- deleted objects ----------------------------------------------------------------------------


def test_delete(session: FlowSession, db: Answers) -> None:
    items = [Item(id=number, name="a") for number in (2, 1)]
    session.stored(*items)
    session.delete(*items)
    assert session.flush(db) == FlushReport(deleted=2)
    assert db.sent[0].rows == [(1,), (2,)]
    assert [status_of(item) for item in items] == [Status.DELETED] * 2
    assert session.identity.get(Item.__mapper__, 1) is None


def test_delete_of_fewer_rows_warns(session: FlowSession) -> None:
    item = Item(id=1, name="a")
    session.stored(item)
    session.delete(item)
    with pytest.warns(exc.SAWarning, match=r"expected to delete 1 row\(s\); 0 were matched"):
        session.flush(Miscounting("DELETE item", 0))


def test_changes_of_a_deleted_object_are_not_written(session: FlowSession, db: Answers) -> None:
    item = Item(id=1, name="a")
    session.stored(item)
    item.name = "b"
    session.delete(item)
    session.flush(db)
    assert db.verbs == ["DELETE item"]


def test_children_of_a_deleted_parent_are_looked_up_and_let_go(
    session: FlowSession, db: Answers
) -> None:
    parent, child = Parent(id=1), Child(id=5, parent_id=1)
    session.stored(parent, child)
    session.delete(parent)
    loader = FlowLoader(members={(parent, "children"): [child]})
    session.flush(db, loader)
    assert loader.asked == [("members", "children", "Parent")]
    assert db.verbs == ["UPDATE child", "DELETE parent"]
    assert db.sent[0].rows == [(None, 5)]
    assert child.parent_id is None


def test_members_of_many_parents_are_looked_up_at_once(session: FlowSession, db: Answers) -> None:
    parents = [Parent(id=number) for number in range(1, 6)]
    session.stored(*parents)
    session.delete(*parents)
    loader = FlowLoader(members={(parent, "children"): [] for parent in parents})
    session.flush(db, loader)
    assert len(loader.asked) == 1
    assert db.verbs == ["DELETE parent"]


def test_child_that_moved_on_is_left_alone(session: FlowSession, db: Answers) -> None:
    child = Child(id=5, parent_id=1)
    old, new = Parent(id=1, children=[child]), Parent(id=2, children=[])
    session.stored(old, new, child)
    child.parent = new
    session.delete(old)
    session.flush(db)
    assert db.of("UPDATE child").rows == [(2, 5)]


def test_vanishing_primary_key_is_refused(session: FlowSession, db: Answers) -> None:
    country = Country(code="aa", cities=[])
    session.stored(country)
    country.code = None
    with pytest.raises(exc.FlushError, match=r"Country\.code .* cannot become None"):
        session.flush(db)


# --- collections --------------------------------------------------------------------------------


def test_removed_child_loses_its_parent(session: FlowSession, db: Answers) -> None:
    child = Child(id=5, parent_id=1)
    parent = Parent(id=1, children=[child])
    session.stored(parent, child)
    parent.children.remove(child)
    session.flush(db)
    assert db.verbs == ["UPDATE child"]
    assert db.sent[0].rows == [(None, 5)]


def test_child_put_back_is_no_update(session: FlowSession, db: Answers) -> None:
    child = Child(id=5, parent_id=1)
    parent = Parent(id=1, children=[child])
    session.stored(parent, child)
    parent.children.remove(child)
    parent.children.append(child)
    session.flush(db)
    assert db.sent == []
    assert not session.dirty_objects


def test_orphan_is_deleted_with_all_it_owns(session: FlowSession, db: Answers) -> None:
    toy = Toy(id=7, pet_id=5)
    pet = Pet(id=5, owner_id=1)
    owner = Owner(id=1, pets=[pet])
    session.stored(owner, pet, toy)
    owner.pets.remove(pet)
    loader = FlowLoader(members={(pet, "toys"): [toy]})
    report = session.flush(db, loader)
    assert db.verbs == ["DELETE toy", "DELETE pet"]
    assert report.deleted == 2
    assert status_of(pet) is Status.DELETED


def test_orphan_with_a_new_owner_lives_on(session: FlowSession, db: Answers) -> None:
    pet = Pet(id=5, owner_id=1, toys=[])
    old, new = Owner(id=1, pets=[pet]), Owner(id=2, pets=[])
    session.stored(old, new, pet)
    old.pets.remove(pet)
    new.pets.append(pet)
    session.flush(db)
    assert db.verbs == ["UPDATE pet"]
    assert db.sent[0].rows == [(2, 5)]


def test_rows_of_a_secondary_table(session: FlowSession, db: Answers) -> None:
    tag = Tag(id=3, posts=[])
    session.stored(tag)
    session.add(Post(tags=[tag, Tag()]), Post(tags=[tag]))
    session.flush(db)
    assert db.verbs[-1] == "INSERT tagging"
    assert db.sent[-1].rows == [(1, 3), (1, 1), (2, 3)]


def test_pair_changed_on_both_sides_is_one_row(session: FlowSession, db: Answers) -> None:
    kept, gone, new = Tag(id=1), Tag(id=2), Tag(id=3, posts=[])
    post = Post(id=9, tags=[kept, gone])
    session.stored(post, kept, gone, new)
    post.tags = [kept, new]
    session.flush(db)
    assert db.of("INSERT tagging").rows == [(9, 3)]
    assert db.of("DELETE tagging").rows == [(9, 2)]
    assert new.posts == [post] and gone.posts == []


def test_deleted_object_takes_its_secondary_rows_along(session: FlowSession, db: Answers) -> None:
    posts = [Post(id=number) for number in (1, 2)]
    session.stored(*posts)
    session.delete(*posts)
    loader = FlowLoader()
    session.flush(Miscounting("DELETE tagging", 17), loader)
    assert loader.asked == []
    session.deleted_objects.clear()


def test_secondary_rows_go_before_what_they_refer_to(session: FlowSession, db: Answers) -> None:
    post = Post(id=1, tags=[])
    session.stored(post)
    session.delete(post)
    session.flush(db)
    assert db.verbs == ["DELETE tagging", "DELETE post"]
    assert db.sent[0].columns == ("post_id",)


def test_stale_secondary_row_is_an_error(session: FlowSession) -> None:
    tag = Tag(id=2)
    post = Post(id=9, tags=[tag])
    session.stored(post, tag)
    post.tags.remove(tag)
    with pytest.raises(exc.StaleDataError, match="'tagging' expected to delete 1"):
        session.flush(Miscounting("DELETE tagging", 0))


# --- order --------------------------------------------------------------------------------------


def test_models_linked_by_foreign_keys_only(session: FlowSession, db: Answers) -> None:
    session.add(Book(id=1, author_id=1), Author(id=1))
    session.flush(db)
    assert db.verbs == ["INSERT author", "INSERT book"]


def test_deletes_follow_foreign_keys_backwards(session: FlowSession, db: Answers) -> None:
    author, book = Author(id=1), Book(id=1, author_id=1)
    session.stored(author, book)
    session.delete(author, book)
    session.flush(db)
    assert db.verbs == ["DELETE book", "DELETE author"]


def test_tree_goes_in_level_by_level(session: FlowSession, db: Answers) -> None:
    session.add(Node(name="root", down=[Node(name="a", down=[Node(name="aa")]), Node(name="b")]))
    session.flush(db)
    assert [[row["name"] for row in sent.dicts] for sent in db.sent] == [
        ["root"],
        ["a", "b"],
        ["aa"],
    ]


def test_rows_of_one_table_without_links_are_one_batch(session: FlowSession, db: Answers) -> None:
    root = Node(id=1, name="root", down=[])
    session.stored(root)
    session.add(*[Node(name=f"n{number}", up=root) for number in range(5)])
    session.flush(db)
    assert [len(sent.rows) for sent in db.sent] == [5]


def test_circle_of_new_rows_is_patched(session: FlowSession, db: Answers) -> None:
    one, two = Node(name="one"), Node(name="two")
    one.up, two.up = two, one
    session.add(one, two)
    session.flush(db)
    assert db.verbs == ["INSERT node", "INSERT node", "UPDATE node"]
    assert (one.up_id, two.up_id) == (two.id, one.id)
    assert db.sent[2].columns == ("up_id", "id")


def test_row_that_is_its_own_parent(session: FlowSession, db: Answers) -> None:
    node = Node(name="one")
    node.up = node
    session.add(node)
    session.flush(db)
    assert db.verbs == ["INSERT node", "UPDATE node"]
    assert node.up_id == node.id


def test_post_update(session: FlowSession, db: Answers) -> None:
    ball = Ball()
    person = Person(balls=[ball, Ball()], favorite=ball)
    session.add(person)
    session.flush(db)
    assert db.verbs == ["INSERT person", "INSERT ball", "UPDATE person"]
    assert person.favorite_id == ball.id
    session.delete(person, *person.balls)
    session.flush(db)
    assert db.verbs[3:] == ["UPDATE person", "DELETE ball", "DELETE person"]


# --- events -------------------------------------------------------------------------------------


@pytest.fixture
def heard() -> list[tuple[str, object, object]]:
    from accord.event import remove

    calls: list[tuple[str, object, object]] = []
    listeners = []
    for verb in ("insert", "update", "delete"):
        for when in ("before", "after"):
            name = f"{when}_{verb}"

            def listener(mapper, connection, target, name=name):
                calls.append((name, connection, target))
                if name == "before_insert" and target.name == "change me":
                    target.name = "changed"
                if name == "before_update":
                    target.size = 77

            listen(Item, name, listener)
            listeners.append((name, listener))
    yield calls
    for name, listener in listeners:
        remove(Item, name, listener)


def test_mapper_events(session: FlowSession, db: Answers, heard: list) -> None:
    item = Item(name="change me")
    session.add(item)
    session.flush(db)
    assert db.sent[0].dicts == [{"name": "changed", "size": None}]
    item.name = "b"
    session.flush(db)
    assert db.sent[1].columns == ("name", "size", "id")
    session.delete(item)
    session.flush(db)
    assert [name for name, _, _ in heard] == [
        "before_insert",
        "after_insert",
        "before_update",
        "after_update",
        "before_delete",
        "after_delete",
    ]
    assert {connection for _, connection, _ in heard} == {("connection", "db")}


def test_update_events_come_without_an_update_too(
    session: FlowSession, db: Answers, heard: list
) -> None:
    item = Item(id=1, name="a", size=77)
    session.stored(item)
    item.name = "b"
    item.name = "a"
    session.flush(db)
    assert db.sent == []
    assert [name for name, _, _ in heard] == ["before_update", "after_update"]


def test_events_of_objects_that_relationships_bring_in(session: FlowSession, db: Answers) -> None:
    from accord.event import remove

    calls: list[tuple[str, object]] = []

    def name_it(mapper, connection, target):
        calls.append(("before_update", target))
        target.name = "moved"

    def note(mapper, connection, target):
        calls.append(("before_delete", target))

    listen(Child, "before_update", name_it)
    listen(Pet, "before_delete", note)
    try:
        child = Child(id=5, name="c", parent_id=1)
        parent = Parent(id=1, children=[child])
        pet = Pet(id=2, owner_id=1, toys=[])
        owner = Owner(id=1, pets=[pet])
        session.stored(child, parent, pet, owner)
        session.delete(parent)
        owner.pets.remove(pet)
        session.flush(db)
        assert calls == [("before_update", child), ("before_delete", pet)]
        assert db.of("UPDATE child").columns == ("name", "parent_id", "id")
        assert db.of("UPDATE child").rows == [("moved", None, 5)]
    finally:
        remove(Child, "before_update", name_it)
        remove(Pet, "before_delete", note)


def test_failing_listener_fails_the_flush(session: FlowSession, db: Answers) -> None:
    from accord.event import remove

    def refuse(mapper, connection, target):
        raise ValueError("no")

    listen(Item, "after_insert", refuse)
    try:
        session.add(Item(name="a"))
        before = session.snapshot()
        with pytest.raises(ValueError, match="no"):
            session.flush(db)
        assert session.snapshot() == before
    finally:
        remove(Item, "after_insert", refuse)


def test_listener_may_answer_with_steps(session: FlowSession, db: Answers) -> None:
    from accord.dialect import Execute
    from accord.event import remove

    def audit(mapper, connection, target):
        yield Execute(session.bind, "INSERT INTO audit", (target.id,), write=True)

    listen(Item, "after_insert", audit)
    try:
        session.add(Item(name="a"))
        session.flush(db)
        assert [request.text for request in db.requests] == ["INSERT item", "INSERT INTO audit"]
        assert db.requests[1].parameters == (1,)
    finally:
        remove(Item, "after_insert", audit)


# --- plans --------------------------------------------------------------------------------------


def test_plan_changes_and_sends_nothing(session: FlowSession) -> None:
    parent = Parent(name="p", children=[Child(name="a"), Child(name="b")])
    session.add(parent, Filled())
    before = session.snapshot()
    plan = session.plan()
    assert session.snapshot() == before
    assert [(step.action, step.target, step.rows) for step in plan.steps] == [
        ("INSERT", "parent", 1),
        ("INSERT", "child", 2),
        ("INSERT", "filled", 1),
    ]
    assert plan.statements[0] == "INSERT INTO parent (name) VALUES (?)"
    text = str(plan)
    assert re.search(r"2\s+INSERT\s+child\s+2\s+db\s+key id", text)


def test_plan_lists_what_would_be_read(session: FlowSession) -> None:
    parent = Parent(id=1)
    session.stored(parent)
    session.delete(parent)
    plan = session.plan()
    assert [(step.action, step.note) for step in plan.reads] == [
        ("SELECT", "members of Parent.children")
    ]
    assert [step.action for step in plan.batches] == ["DELETE"]


def test_plan_of_nothing(session: FlowSession) -> None:
    assert not session.plan()
    assert str(session.plan()) == "nothing to flush"


def test_no_warning_on_the_way(session: FlowSession, db: Answers) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session.add(Parent(name="p", children=[Child(name="a")]), Post(tags=[Tag()]))
        session.flush(db)
