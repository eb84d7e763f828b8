"""The exceptions and warnings that ported programs catch: there, related as they expect, raised."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import pytest

import accord.ext.declarative
from accord import Column, Integer, MetaData, Table, create_engine, event, exc, literal, select
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column
from accord.types import TypeDecorator

_NOT_HERE = {
    "EmulatedDBAPIException": "for drivers written inside SQLAlchemy",
    "HasDescriptionCode": "messages have no codes of a web site",
    "SATestSuiteWarning": "of SQLAlchemy's own tests",
}


def test_every_exception_of_sqlalchemy_has_its_name_here_and_its_relatives() -> None:
    theirs: Any = pytest.importorskip("sqlalchemy.exc")
    for name, cls in vars(theirs).items():
        if not isinstance(cls, type) or cls.__module__ != theirs.__name__ or name in _NOT_HERE:
            continue
        mine = getattr(exc, name)
        for base in cls.__mro__[1:]:
            if base.__module__ == "builtins":
                assert issubclass(mine, base) or base in (object, RuntimeError), (name, base)
            elif base.__name__ not in _NOT_HERE and not base.__name__.startswith("_"):
                assert issubclass(mine, getattr(exc, base.__name__)), (name, base.__name__)


class Refusal(Exception, exc.DontWrapMixin):
    pass


class Mine(TypeDecorator[int]):
    impl = Integer
    cache_ok = True

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self.error = error

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        raise self.error("no")


def test_exceptions_of_types_are_wrapped_unless_they_say_otherwise() -> None:
    with create_engine("sqlite://").connect() as connection:
        with pytest.raises(Refusal, match="no"):
            connection.execute(select(literal(1, Mine(Refusal))))
        with pytest.raises(exc.StatementError) as caught:
            connection.execute(select(literal(1, Mine(ValueError))))
        assert isinstance(caught.value.orig, ValueError)


def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "accord_postgresql.driver", None)
    with pytest.raises(exc.NoDBAPILoaded, match=r"'psycopg' .* cannot be imported"):
        create_engine("postgresql://")
    assert issubclass(exc.NoDBAPILoaded, exc.NoSuchModuleError)


@pytest.mark.parametrize(("error", "others"), [("Disconnection", [1]), ("InvalidatePool", [])])
def test_a_checkout_listener_gives_up_a_connection_or_the_pool(error: str, others: Any) -> None:
    from accord.pool import QueuePool

    class Raw:
        closed = False

        def rollback(self) -> None: ...

        def close(self) -> None:
            self.closed = True

    made: list[Raw] = []

    def connect() -> Raw:
        made.append(Raw())
        return made[-1]

    pool = QueuePool(connect)
    both = [pool.connect(), pool.connect()]
    for one in both:
        one.close()
    refused: list[Any] = []

    @event.listens_for(pool, "checkout")
    def checkout(raw: Any, record: Any, proxy: Any) -> None:
        if not refused:
            refused.append(raw)
            raise getattr(exc, f"{error}Error")

    taken = pool.connect()
    assert refused == [made[0]]
    assert taken.dbapi_connection is (made[1] if others else made[2])


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)


def test_old_forms_warn_and_work() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session, pytest.warns(exc.LegacyAPIWarning, match="session.get"):
        assert session.query(Thing).get(1) is None
    with pytest.warns(exc.MovedIn20Warning, match="from accord.orm"):
        accord.ext.declarative.declarative_base()


def test_waiting_where_nobody_can_wait_is_one_error_under_all_its_names() -> None:
    assert exc.MissingGreenlet is exc.AwaitRequired is exc.LazyLoadError
    assert exc.IllegalStateChangeError is exc.ConcurrentUseError


def test_a_table_that_cannot_be_reflected_is_a_kind_of_bad_request() -> None:
    assert issubclass(exc.UnreflectableTableError, exc.InvalidRequestError)
    metadata = MetaData()
    Table("t", metadata, Column("id", Integer))
    with pytest.raises(exc.NoSuchTableError):
        Table("nowhere", metadata, autoload_with=create_engine("sqlite://"))


def test_errors_of_the_driver_can_be_made_by_hand_as_tests_of_programs_do() -> None:
    cause = ValueError("no")
    error = exc.IntegrityError("INSERT", {"a": 1}, cause)
    assert error.orig is cause and error.statement == "INSERT" and error.params == {"a": 1}
    assert str(error).startswith("(builtins.ValueError) no\n[SQL: INSERT]")
    assert not error.connection_invalidated
    lost = exc.OperationalError("SELECT 1", (), cause, connection_invalidated=True, code="08006")
    assert lost.connection_invalidated and lost.code == "08006"
    assert str(exc.OperationalError("the disk is gone")) == "the disk is gone"
    assert exc.ProgrammingError(None, None, None).orig is None
    again = pickle.loads(pickle.dumps(lost))
    assert type(again) is exc.OperationalError and str(again) == str(lost)[: len(str(again))]
    assert again.connection_invalidated and again.code == "08006" and again.statement == "SELECT 1"
    error.add_detail("while saving")
    assert str(error).startswith("(while saving)\n(builtins.ValueError) no")
    told = exc.StatementError("wrong", "SELECT", None, cause, True, "x1", False)
    assert told.code == "x1" and told.ismulti is False
