"""Types that put SQL around their values (`bind_expression`, `column_expression`), in all that the
unit of work sends and fetches by itself: keys, versions, defaults, look-ups. As a SELECT does.
"""

from typing import Any

import pytest
from requirements import BACKEND, needs
from wrappedtypes import Base, Both, Keyed, Made, Part, run_through

from accord import insert, select, text, update, upsert
from accord.orm import Session, selectinload
from accord.orm.exc import StaleDataError


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


def stored(session: Any, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(text(query))]


def test_keys_and_versions_are_wrapped_in_every_statement(session: Any, statements: Any) -> None:
    session.add_all([Keyed(id=number, word=f"Word {number}") for number in range(1, 31)])
    session.commit()
    assert stored(session, "SELECT id, word, version FROM keyed ORDER BY id DESC")[:2] == [
        (-1, "word 1", -1), (-2, "word 2", -1),
    ]  # fmt: skip
    found = session.get(Keyed, 7)
    assert (found.id, found.word, found.version) == (7, "WORD 7", 1)
    statements.clear()
    some = session.scalars(select(Keyed).order_by(Keyed.id)).all()
    for keyed in some:
        keyed.word = f"New {keyed.id}"
    session.flush()
    assert len(statements.of("UPDATE")) <= 30
    session.commit()
    assert stored(session, "SELECT min(version), max(version) FROM keyed") == [(-2, -2)]
    session.refresh(found)
    assert (found.word, found.version) == ("NEW 7", 2)
    session.expire(found)
    assert found.word == "NEW 7"
    for keyed in session.scalars(select(Keyed).where(Keyed.id.in_(range(1, 20)))):
        session.delete(keyed)
    session.commit()
    assert stored(session, "SELECT count(*) FROM keyed") == [(11,)]


def test_rows_of_different_values_share_a_statement(session: Any, statements: Any) -> None:
    statements.clear()
    session.add_all([Keyed(id=number, word=f"Word {number}") for number in range(1, 201)])
    session.flush()
    assert len(statements.of("INSERT")) <= 2
    for keyed in session.scalars(select(Keyed)):
        keyed.word = f"Other {keyed.id}"
    statements.clear()
    session.flush()
    if BACKEND.name in ("sqlite", "postgresql", "mysql", "mariadb"):
        assert len(statements.of("UPDATE")) <= 2
    session.commit()
    assert stored(session, "SELECT word FROM keyed WHERE id = -77") == [("other 77",)]


def test_a_stale_version_is_found(session: Any) -> None:
    session.add(Keyed(id=1, word="one"))
    session.commit()
    found = session.get(Keyed, 1)
    session.execute(text("UPDATE keyed SET version = -9"))
    found.word = "two"
    with pytest.raises(StaleDataError):
        session.flush()


def test_related_objects_are_found_by_wrapped_keys(session: Any) -> None:
    session.add_all([Keyed(id=n, parts=[Part(), Part()]) for n in (1, 2)])
    session.commit()
    assert sorted(row[0] for row in stored(session, "SELECT keyed_id FROM part")) == [
        -2,
        -2,
        -1,
        -1,
    ]
    keyed = session.get(Keyed, 2)
    assert [part.keyed_id for part in keyed.parts] == [2, 2]
    session.expunge_all()
    part = session.scalars(select(Part).where(Part.keyed_id == 1)).first()
    assert part.whole.id == 1
    session.expunge_all()
    loaded = session.scalars(
        select(Keyed).options(selectinload(Keyed.parts)).order_by(Keyed.id)
    ).all()
    assert [len(keyed.parts) for keyed in loaded] == [2, 2]
    merged = session.merge(Keyed(id=2, word="merged"))
    assert merged is loaded[0 if loaded[0].id == 2 else 1]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_fetched_defaults_go_through_the_type(session: Any, statements: Any, count: int) -> None:
    made = [Made(name=f"n{number}") for number in range(count)]
    session.add_all(made)
    session.flush()
    statements.clear()
    assert {(one.word, one.number, one.touched) for one in made} == {("QUIET", 5, 1)}
    assert not statements.of("SELECT")
    for one in made:
        one.name += "!"
    session.flush()
    assert {(one.touched, one.number) for one in made} == {(2, 5)}
    session.commit()
    assert {one.touched for one in session.scalars(select(Made))} == {2}


def test_values_with_parameters_in_their_sql(session: Any) -> None:
    session.add_all([Made(name="n", word="Loud", number=number) for number in (7, 7, 8)])
    session.commit()
    assert stored(session, "SELECT word, number FROM made ORDER BY id") == [
        ("loud", 1007), ("loud", 1007), ("loud", 1008),
    ]  # fmt: skip
    for one in session.scalars(select(Made).where(Made.number == 7)):
        one.number = 70
    session.commit()
    assert sorted(session.scalars(select(Made.number))) == [8, 70, 70]


def test_composite_keys(session: Any) -> None:
    both = [Both(one=number % 3, two=number) for number in range(12)]
    session.add_all(both)
    session.flush()
    assert {row.word for row in both} == {"QUIET"}
    session.commit()
    assert stored(session, "SELECT min(one), min(two) FROM both_keys") == [(1000, -11)]
    assert session.get(Both, (2, 5)).two == 5
    for row in both:
        row.word = f"W{row.two}"
    session.commit()
    assert session.get(Both, (2, 5), populate_existing=True).word == "W5"
    for row in both[:6]:
        session.delete(row)
    session.commit()
    assert stored(session, "SELECT count(*) FROM both_keys") == [(6,)]


def test_core_statements_fetch_through_the_type(session: Any, engine: Any) -> None:
    returning = bool(engine.capabilities.dml.returning_insert)
    statement = insert(Made.__table__).values(name="x")
    result = session.execute(statement.return_defaults())
    if returning:
        assert result.returned_defaults.word == "QUIET"
        assert result.returned_defaults.number == 5
        table = Made.__table__
        rows = [{"name": f"r{n}", "word": f"Word {n}"} for n in range(20)]
        found = session.execute(
            insert(table).returning(
                table.c.word, table.c.number, table.c.name, sort_by_parameter_order=True
            ),
            rows,
        ).all()
        assert found == [(f"WORD {n}", 5, f"r{n}") for n in range(20)]
        made = session.scalars(
            insert(Made).returning(Made, sort_by_parameter_order=True), rows
        ).all()
        assert [one.word for one in made] == [f"WORD {n}" for n in range(20)]
        if engine.capabilities.dml.returning_update:
            word = session.scalar(
                update(Made).where(Made.name == "r3").values(word="Hot").returning(Made.word)
            )
            assert word == "HOT"
    session.rollback()


def test_bulk_updates_match_wrapped_keys(session: Any) -> None:
    session.add_all([Both(one=1, two=number) for number in range(5)])
    session.commit()
    session.execute(
        update(Both), [{"one": 1, "two": number, "word": f"B{number}"} for number in range(5)]
    )
    session.commit()
    words = session.scalars(select(Both.word).order_by(Both.two)).all()
    assert sorted(words) == [f"B{number}" for number in range(5)]
    session.execute(upsert(Both).values(one=1, two=3, word="Again"))
    session.commit()
    assert session.get(Both, (1, 3)).word == "AGAIN"


@needs("returning_insert")
def test_the_program_for_doubles(engine: Any) -> None:
    run_through(engine)
