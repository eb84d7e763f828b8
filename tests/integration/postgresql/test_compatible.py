"""A dialect derived from PostgreSQL's, on a PostgreSQL server: its changes hold, the rest works."""

import importlib.util
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accord import ForeignKey, String, create_engine, exc, select
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

FILE = Path(__file__).parents[2] / "contracts" / "pg_compatible_dialect.py"


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    things: Mapped[list["Thing"]] = relationship(
        back_populates="owner", cascade="all, delete-orphan"
    )


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner] = relationship(back_populates="things")


@pytest.fixture
def dialect() -> Any:
    spec = importlib.util.spec_from_file_location("pg_compatible_dialect", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CousinDialect


@pytest.fixture
def engine(url: str, dialect: Any) -> Any:
    engine = create_engine(url, dialect=dialect)
    yield engine
    engine.dispose()


def test_it_fits_on_a_page_and_imports_only_what_authors_may(dialect: Any) -> None:
    lines = FILE.read_text("utf-8").splitlines()
    assert len(lines) <= 150
    assert dialect.name == "cousin"


def test_a_graph_is_written_read_and_deleted(engine: Any) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Owner(name=f"o{i}", things=[Thing(), Thing()]) for i in range(20)])
        session.commit()
        owners = session.scalars(select(Owner).options(selectinload(Owner.things))).all()
        assert [len(owner.things) for owner in owners] == [2] * 20
        for owner in owners:
            owner.name += "!"
        session.commit()
        for owner in owners[:10]:
            session.delete(owner)
        session.commit()
        assert len(session.scalars(select(Thing)).all()) == 20
    plan = engine.key_plans[Owner.__table__]
    assert plan.strategy.name == "returning"
    Base.metadata.drop_all(engine)


def test_what_it_cannot_is_refused_with_its_own_words(engine: Any) -> None:
    with engine.connect() as connection:
        assert connection.dialect.name == "cousin"
        assert engine.server.version_text == "Cousin 23.1"
        with pytest.raises(exc.InvalidRequestError, match="Cousin has no PREPARE TRANSACTION"):
            connection.begin_twophase("x")
    with engine.connect() as connection, pytest.raises(exc.ArgumentError, match="SERIALIZABLE"):
        connection.execution_options(isolation_level="READ COMMITTED")


def test_its_own_state_is_retryable(dialect: Any) -> None:
    class Again(psycopg.OperationalError):
        sqlstate = "CR000"

    info = dialect().classify(Again("restart transaction"))
    assert (info.retryable, info.kind) == (True, "serialization")
    statement = select(Owner.id).with_for_update(read=True)
    assert str(statement.compile(dialect=dialect())).endswith("FOR UPDATE")
