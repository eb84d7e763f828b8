"""A failure at request k, for every k: objects and session are as before the flush."""

from collections.abc import Callable
from typing import Any

import pytest
from flow_doubles import Answers, Failing, FlowLoader, FlowSession
from flow_models import (
    Child,
    City,
    Country,
    Filled,
    Item,
    Node,
    Owner,
    Parent,
    Pet,
    Post,
    Tag,
    Toy,
    Versioned,
)

Program = Callable[[FlowSession], FlowLoader]


def new_graph(session: FlowSession) -> FlowLoader:
    tag = Tag()
    session.add(
        Parent(name="p", children=[Child(name="a"), Child(name="b")]),
        Post(tags=[tag, Tag()]),
        Post(tags=[tag]),
        Node(name="root", down=[Node(name="leaf")]),
        Filled(name="given", number=1),
        Filled(),
        Item(id=5, name="x"),
        Item(name="y"),
    )
    return FlowLoader()


def changes(session: FlowSession) -> FlowLoader:
    child = Child(id=5, parent_id=1, name="c")
    old, new = Parent(id=1, name="old", children=[child]), Parent(id=2, name="new", children=[])
    version = Versioned(id=3, name="v", version=7)
    city = City(id=1, country_code="aa")
    country = Country(code="aa", cities=[city])
    filled = Filled(id=4, name="f", stamped="s")
    session.stored(child, old, new, version, city, country, filled)
    child.parent = new
    old.name, new.name = new.name, old.name
    version.name = "w"
    country.code = "bb"
    filled.name = "g"
    filled.number = Filled.number + 1
    return FlowLoader()


def deletes(session: FlowSession) -> FlowLoader:
    toy, pet, owner = Toy(id=7, pet_id=5), Pet(id=5, owner_id=1), Owner(id=1)
    child, parent = Child(id=5, parent_id=1), Parent(id=1)
    tags = [Tag(id=1), Tag(id=2)]
    post, other = Post(id=1, tags=tags), Post(id=2, tags=[tags[0]])
    vars(owner)["pets"] = type(owner).pets.prop.make_collection()
    owner.pets.append(pet)
    session.stored(toy, pet, owner, child, parent, post, other, *tags)
    owner.pets.remove(pet)
    session.delete(parent, post)
    other.tags.clear()
    return FlowLoader(members={(pet, "toys"): [toy], (parent, "children"): [child]})


def circles(session: FlowSession) -> FlowLoader:
    one, two = Node(name="one"), Node(name="two")
    one.up, two.up = two, one
    old = Parent(id=1, name="same")
    child = Child(id=1, parent_id=1, parent=old)
    session.stored(old, child)
    new = Parent(name="same")
    session.add(one, two, new)
    child.parent = new
    session.delete(old)
    return FlowLoader()


PROGRAMS: list[Program] = [new_graph, changes, deletes, circles]


def played(program: Program, answers: Answers) -> tuple[FlowSession, Any, BaseException | None]:
    session = FlowSession()
    loader = program(session)
    before = session.snapshot()
    try:
        session.flush(answers, loader)
    except BaseException as error:
        return session, before, error
    return session, before, None


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt], ids=lambda kind: kind.__name__)
def test_failure_leaves_everything_as_it_was(program: Program, kind: type[BaseException]) -> None:
    answers = Answers()
    _, _, error = played(program, answers)
    assert error is None
    count = len(answers.requests)
    assert count >= 4
    for at in range(count):
        session, before, error = played(program, Failing(at, kind("gone")))
        assert type(error) is kind, f"request {at}"
        assert session.snapshot() == before, f"after a failure at request {at} of {count}"
        assert session.reported == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_flush_again_after_a_failure_sends_the_same(program: Program) -> None:
    answers = Answers()
    played(program, answers)
    failing = Failing(len(answers.requests) - 1)
    session = FlowSession()
    loader = program(session)
    with pytest.raises(RuntimeError):
        session.flush(failing, loader)
    again = Answers()
    session.flush(again, loader)
    assert again.verbs == answers.verbs
    assert not (session.new_objects or session.dirty_objects or session.deleted_objects)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_abandoned_flush_is_taken_back(program: Program) -> None:
    from accord.unitofwork import flush_steps

    session = FlowSession()
    loader = program(session)
    before = session.snapshot()
    answers = Answers()
    steps = flush_steps(session, loader)
    request = next(steps)
    for _ in range(3):
        request = steps.send(answers(request))
    steps.close()
    assert session.snapshot() == before


def test_fewer_keys_than_rows_settle_nothing() -> None:
    class Short(Answers):
        def __call__(self, request: Any) -> Any:
            reply = super().__call__(request)
            reply.rows = reply.rows[:-1]
            return reply

    session = FlowSession()
    session.add(Item(name="a"), Item(name="b"))
    before = session.snapshot()
    with pytest.raises(Exception, match="2 rows were inserted into 'item' and 1 keys came back"):
        session.flush(Short())
    assert session.snapshot() == before
