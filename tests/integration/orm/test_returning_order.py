"""No order of returned rows is relied on: behind a driver that shuffles them, every object gets
the key and the values of its own row. With triggers, partitioned tables, and rows left out by ON
CONFLICT DO NOTHING.
"""

from typing import Any

import pytest
from orm_api import (
    BACKEND,
    DDL,
    Column,
    DeclarativeBase,
    FetchedValue,
    Integer,
    Mapped,
    MetaData,
    Session,
    String,
    Table,
    accord_only,
    event,
    insert,
    mapped_column,
    module,
    needs,
    only,
    select,
    text,
    update,
)
from shuffling import shuffling_engine

pytestmark = accord_only

TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER told AFTER INSERT ON told BEGIN "
        "UPDATE told SET echo = 'of ' || new.payload WHERE id = new.id; END",
        "CREATE TRIGGER retold AFTER UPDATE OF payload ON told BEGIN "
        "UPDATE told SET echo = 'of ' || new.payload WHERE id = new.id; END",
    ),
    "postgresql": (
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.echo := ''of '' || NEW.payload; RETURN NEW; END'",
        "CREATE TRIGGER told BEFORE INSERT OR UPDATE ON told FOR EACH ROW EXECUTE FUNCTION tell()",
    ),
    "mariadb": (
        "CREATE TRIGGER told BEFORE INSERT ON told FOR EACH ROW "
        "SET NEW.echo = concat('of ', NEW.payload)",
        "CREATE TRIGGER retold BEFORE UPDATE ON told FOR EACH ROW "
        "SET NEW.echo = concat('of ', NEW.payload)",
    ),
}
TRIGGERS["mysql"] = TRIGGERS["mariadb"]


class Base(DeclarativeBase):
    pass


class Told(Base):
    """A trigger writes what it saw."""

    __tablename__ = "told"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(String(40))
    echo: Mapped[str | None] = mapped_column(
        String(60), server_default=FetchedValue(), server_onupdate=FetchedValue()
    )
    __mapper_args__ = {"eager_defaults": True}


class Plain(Base):
    __tablename__ = "plain"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str | None] = mapped_column(String(20), server_default="made")


for _text in TRIGGERS.get(BACKEND.name, ()):
    event.listen(Told.__table__, "after_create", DDL(_text))


@pytest.fixture
def engine(database: Any) -> Any:
    engine = shuffling_engine(database.url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Any) -> Any:
    with Session(engine, expire_on_commit=False) as session:
        yield session


@needs("returning_insert")
def test_the_driver_really_shuffles(engine: Any) -> None:
    names = [f"p{number:02}" for number in range(50)]
    statement = insert(Plain.__table__).values([{"payload": name} for name in names])
    with engine.begin() as connection:
        found = connection.execute(statement.returning(Plain.payload)).scalars().all()
    assert sorted(found) == names
    assert found != names


def test_generated_keys_and_defaults(session: Any, rows: Any) -> None:
    made = [Plain(payload=f"p{number}") for number in range(200)]
    session.add_all(made)
    session.commit()
    assert {p.id: p.payload for p in made} == dict(rows("SELECT id, payload FROM plain"))
    assert {p.kind for p in made} == {"made"}


@only("sqlite", "postgresql", "mariadb", "mysql", "a trigger is written for these")
def test_values_that_a_trigger_makes_on_insert(session: Any, rows: Any) -> None:
    made = [Told(payload=f"p{number}") for number in range(200)]
    session.add_all(made)
    session.commit()
    assert {(t.id, t.payload, t.echo) for t in made} == set(
        rows("SELECT id, payload, echo FROM told")
    )
    assert all(t.echo == f"of {t.payload}" for t in made)


@only("sqlite", "postgresql", "mariadb", "mysql", "a trigger is written for these")
def test_values_that_a_trigger_makes_on_update(session: Any) -> None:
    made = [Told(payload=f"p{number}") for number in range(200)]
    session.add_all(made)
    session.commit()
    for number, told in enumerate(made):
        told.payload = f"q{number}"
    session.commit()
    assert [t.echo for t in made] == [f"of q{number}" for number in range(200)]


@only("postgresql", "the trigger changes the key itself")
def test_keys_that_a_trigger_changes(engine: Any, rows: Any) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN NEW.id := 1000 - NEW.id; RETURN NEW; END'"
            )
        )
        connection.execute(
            text("CREATE TRIGGER moved BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION move()")
        )
    with Session(engine, expire_on_commit=False) as session:
        made = [Plain(payload=f"p{number}") for number in range(100)]
        session.add_all(made)
        session.commit()
    assert {p.id: p.payload for p in made} == dict(rows("SELECT id, payload FROM plain"))
    assert min(p.id for p in made) > 800


@only("postgresql", "its partitions are declared like this")
@pytest.mark.parametrize("trigger", [False, True])
def test_partitioned_table(engine: Any, rows: Any, trigger: bool) -> None:
    class Local(DeclarativeBase):
        pass

    class Part(Local):
        __tablename__ = "part"
        id: Mapped[int] = mapped_column(primary_key=True)
        payload: Mapped[str] = mapped_column(String(40))
        echo: Mapped[str | None] = mapped_column(String(60), server_default=FetchedValue())
        __mapper_args__ = {"eager_defaults": True}

    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE part (id SERIAL PRIMARY KEY, payload VARCHAR(40), "
                "echo VARCHAR(60)) PARTITION BY HASH (id)"
            )
        )
        for rest in range(3):
            connection.execute(
                text(
                    f"CREATE TABLE part_{rest} PARTITION OF part "
                    f"FOR VALUES WITH (MODULUS 3, REMAINDER {rest})"
                )
            )
        if trigger:
            connection.execute(
                text(
                    "CREATE TRIGGER told BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION tell()"
                )
            )
    with Session(engine, expire_on_commit=False) as session:
        made = [Part(payload=f"p{number}") for number in range(300)]
        session.add_all(made)
        session.commit()
    assert {(p.id, p.payload, p.echo) for p in made} == set(
        rows("SELECT id, payload, echo FROM part")
    )
    assert {p.echo == f"of {p.payload}" for p in made} == {trigger}


@only("postgresql", "sqlite", "ON CONFLICT is theirs")
def test_rows_left_out_by_on_conflict_do_nothing(engine: Any, rows: Any) -> None:
    plain = Plain.__table__
    write = module(f"dialects.{BACKEND.name}").insert
    with engine.begin() as connection:
        connection.execute(insert(plain), [{"payload": f"p{number}"} for number in range(0, 60, 2)])
        statement = write(plain).values([{"payload": f"p{number}"} for number in range(60)])
        statement = statement.on_conflict_do_nothing(index_elements=[plain.c.payload])
        found = connection.execute(statement.returning(plain.c.id, plain.c.payload)).all()
    assert {payload for _, payload in found} == {f"p{number}" for number in range(1, 60, 2)}
    assert set(found) <= set(rows("SELECT id, payload FROM plain"))


@only("postgresql", "sqlite", "ON CONFLICT is theirs")
def test_objects_left_out_by_on_conflict_do_nothing(session: Any, rows: Any) -> None:
    session.add_all([Plain(payload=f"p{number}") for number in range(0, 60, 2)])
    session.commit()
    write = module(f"dialects.{BACKEND.name}").insert
    statement = write(Plain).on_conflict_do_nothing(index_elements=[Plain.payload])
    made = session.scalars(
        statement.returning(Plain), [{"payload": f"p{number}"} for number in range(60)]
    ).all()
    session.commit()
    assert {p.payload for p in made} == {f"p{number}" for number in range(1, 60, 2)}
    assert {(p.id, p.payload) for p in made} <= set(rows("SELECT id, payload FROM plain"))


@needs("returning_insert")
def test_rows_sorted_by_their_parameters(session: Any) -> None:
    names = [f"p{number}" for number in range(100)]
    made = session.scalars(
        insert(Plain).returning(Plain, sort_by_parameter_order=True),
        [{"payload": name} for name in names],
    ).all()
    assert [p.payload for p in made] == names


@needs("returning_update")
def test_update_returning(session: Any) -> None:
    made = [Plain(payload=f"p{number}") for number in range(50)]
    session.add_all(made)
    session.flush()
    statement = update(Plain).values(kind=Plain.payload).returning(Plain.id, Plain.kind)
    found = dict(session.execute(statement).all())
    assert found == {p.id: p.payload for p in made}


def test_core_rows_without_a_mapping(engine: Any, rows: Any) -> None:
    loose = Table(
        "loose",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("payload", String(20)),
    )
    loose.create(engine)
    with engine.begin() as connection:
        key = connection.execute(insert(loose), {"payload": "one"}).inserted_primary_key[0]
        connection.execute(insert(loose), [{"payload": f"p{number}"} for number in range(20)])
        assert connection.scalar(select(loose.c.payload).where(loose.c.id == key)) == "one"
    assert len(rows("SELECT id FROM loose")) == 21
