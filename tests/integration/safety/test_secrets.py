"""Safety rule: no secret shows. Canaries stand in for a password, for parameter values and for
values of a sensitive column; every way to fail is walked, and nothing that it says, logs, warns or
pickles may contain one."""

from __future__ import annotations

import contextlib
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accord import (
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
    insert,
    make_url,
    select,
    text,
    update,
)
from accord.engine import engine_from_config
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

PASSWORD = "canary-password-8571"
VALUE = "canary-value-3269"
SENSITIVE = "canary-sensitive-1470"
CANARIES = (PASSWORD, VALUE, SENSITIVE)


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "safety_person"
    __table_args__ = (CheckConstraint("age < 200", name="safety_age"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    pin: Mapped[str | None] = mapped_column(String(40), sensitive=True)
    age: Mapped[int | None]
    kind: Mapped[str | None] = mapped_column(Enum("cat", "dog", name="safety_kind"))
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("safety_person.id"))


people = Person.__table__
plain = Table(
    "safety_absent", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(5))
)


@pytest.fixture
def stocked(engine: Any) -> Iterator[Any]:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(people), {"id": 1, "name": VALUE, "pin": SENSITIVE})
    yield engine
    Base.metadata.drop_all(engine)


def said(caplog: pytest.LogCaptureFixture, walk: Callable[[], Any]) -> str:
    """Everything a failure says: its traceback with all causes, logs at DEBUG, warnings."""
    caplog.clear()
    lines: list[str] = []
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            lines.append(f"answer: {walk()!r}")
        except BaseException as error:  # whatever it is, its words are looked at
            lines += traceback.format_exception(error)
            lines += [repr(error), str(error), repr(error.__dict__) if _shows_dict(error) else ""]
    lines += [record.getMessage() for record in caplog.records]
    lines += [str(warning.message) for warning in warned]
    return "\n".join(lines)


def _shows_dict(error: BaseException) -> bool:
    """`params` and `orig` are what a program asks an exception for; nobody prints them unasked."""
    return not isinstance(error, exc.StatementError)


# --- statements ----------------------------------------------------------------------------------

ROW = {"name": VALUE, "pin": SENSITIVE}


def _unique(c: Any) -> None:
    c.execute(insert(people), {"id": 2, **ROW})


def _unique_many(c: Any) -> None:
    c.execute(insert(people), [{"id": n, **ROW} for n in range(5, 9)])


def _primary_key(c: Any) -> None:
    c.execute(insert(people), {"id": 1, "name": VALUE + "x", "pin": SENSITIVE})


def _check(c: Any) -> None:
    c.execute(insert(people), {"id": 3, "name": VALUE + "y", "pin": SENSITIVE, "age": 999})


def _not_null(c: Any) -> None:
    c.execute(text("INSERT INTO safety_person (id, pin) VALUES (9, :pin)"), {"pin": VALUE})


def _too_long(c: Any) -> None:
    c.execute(insert(people), {"id": 4, "name": VALUE * 20, "pin": SENSITIVE * 20})


def _enum(c: Any) -> None:
    c.execute(insert(people), {"id": 4, "name": VALUE + "e", "kind": VALUE})


def _wrong_type(c: Any) -> None:
    c.execute(insert(people), {"id": VALUE, "name": VALUE})


def _wrong_type_where(c: Any) -> None:
    c.execute(select(people).where(people.c.id == VALUE)).all()


def _wrong_type_many(c: Any) -> None:
    c.execute(insert(people), [{"id": 5, **ROW}, {"id": SENSITIVE, **ROW}])


def _unbindable(c: Any) -> None:
    c.execute(text("SELECT :x"), {"x": [object(), VALUE]}).all()


def _dict_parameter(c: Any) -> None:
    c.execute(text("SELECT :x"), {"x": {VALUE: SENSITIVE}}).all()


def _surrogate(c: Any) -> None:
    c.execute(select(people).where(people.c.name == VALUE + "\ud800")).all()


def _missing_table(c: Any) -> None:
    c.execute(insert(plain), {"id": 1, "name": VALUE})


def _missing_column(c: Any) -> None:
    c.execute(text("SELECT nothing FROM safety_person WHERE name = :n"), {"n": VALUE})


def _syntax(c: Any) -> None:
    c.execute(text("SELEC :n"), {"n": VALUE})


def _driver_sql(c: Any) -> None:
    c.exec_driver_sql("SELEC 1")


def _missing_bind(c: Any) -> None:
    c.execute(text("SELECT :n, :m"), {"n": VALUE})


def _unknown_column(c: Any) -> None:
    c.execute(insert(people), {"id": 7, "nothing": VALUE})


def _different_keys(c: Any) -> None:
    c.execute(insert(people), [{"id": 7, "name": VALUE}, {"id": 8, "pin": SENSITIVE}])


def _many_rows_for_one(c: Any) -> None:
    c.execute(insert(people), {"id": 21, "name": VALUE + "1"})
    c.execute(select(people)).scalar_one()


def _no_row(c: Any) -> None:
    c.execute(select(people).where(people.c.name == VALUE + "?")).one()


def _closed(c: Any) -> None:
    c.close()
    c.execute(insert(people), {"id": 2, **ROW})


def _savepoint(c: Any) -> None:
    with c.begin_nested():
        _unique(c)


def _division(c: Any) -> None:
    c.execute(text("SELECT CAST(:n AS INTEGER) / 0 / 'x'"), {"n": VALUE}).all()


def _update(c: Any) -> None:
    c.execute(insert(people), {"id": 22, "name": "other"})
    c.execute(update(people).where(people.c.id == 22).values(name=VALUE, pin=SENSITIVE))


def _listener(c: Any) -> None:
    @event.listens_for(c, "before_cursor_execute")
    def refuse(*_: Any) -> None:
        raise RuntimeError("no")

    c.execute(insert(people), {"id": 2, **ROW})


STATEMENTS = [
    _unique, _unique_many, _primary_key, _check, _not_null, _too_long, _enum, _wrong_type,
    _wrong_type_where, _wrong_type_many, _unbindable, _dict_parameter, _surrogate, _missing_table,
    _missing_column, _syntax, _driver_sql, _missing_bind, _unknown_column, _different_keys,
    _many_rows_for_one, _no_row, _closed, _savepoint, _division, _update, _listener,
]  # fmt: skip


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.__name__.strip("_"))
def test_a_failing_statement_shows_no_value(
    stocked: Any, caplog: pytest.LogCaptureFixture, path: Callable[[Any], None]
) -> None:
    def walk() -> None:
        with stocked.connect() as connection:
            path(connection)

    shown = said(caplog, walk)
    for canary in CANARIES:
        assert canary not in shown, path.__name__


# --- sessions ------------------------------------------------------------------------------------


def _flush_unique(s: Session) -> None:
    s.add(Person(id=2, **ROW))
    s.flush()


def _flush_many(s: Session) -> None:
    s.add_all([Person(id=n, name=VALUE, pin=SENSITIVE) for n in range(2, 30)])
    s.flush()


def _flush_missing(s: Session) -> None:
    s.add(Person(id=2, pin=SENSITIVE))
    s.flush()


def _flush_wrong_type(s: Session) -> None:
    s.add(Person(id=2, name=VALUE, age=VALUE))  # type: ignore[arg-type]  # that is the test
    s.flush()


def _flush_foreign_key(s: Session) -> None:
    s.add(Person(id=2, name=VALUE + "f", pin=SENSITIVE, boss_id=77))
    s.commit()


def _stale(s: Session) -> None:
    person = s.get_one(Person, 1)
    s.execute(text("DELETE FROM safety_person"))
    person.pin = SENSITIVE + "2"
    s.flush()


def _deleted_elsewhere(s: Session) -> None:
    person = s.get_one(Person, 1)
    s.execute(text("DELETE FROM safety_person"))
    s.expire(person)
    _ = person.pin


def _detached(s: Session) -> None:
    person = s.get_one(Person, 1)
    s.expire(person)
    s.expunge(person)
    _ = person.pin


def _wrong_key(s: Session) -> None:
    s.get(Person, (1, VALUE))


def _get_nothing(s: Session) -> None:
    s.get_one(Person, 12_345)


def _unknown_keyword(s: Session) -> None:
    Person(nothing=VALUE)


def _after_failure(s: Session) -> None:
    with contextlib.suppress(exc.DBAPIError):
        _flush_unique(s)
    s.execute(select(Person).where(Person.name == VALUE))


def _two_sessions(s: Session) -> None:
    person = Person(id=2, **ROW)
    s.add(person)
    with Session(s.get_bind()) as other:
        other.add(person)


def _explained(s: Session) -> str:
    s.add(Person(name=VALUE + "n", pin=SENSITIVE))
    return str(s.explain_flush())


SESSIONS = [
    _flush_unique, _flush_many, _flush_missing, _flush_wrong_type, _flush_foreign_key, _stale,
    _deleted_elsewhere, _detached, _wrong_key, _get_nothing, _unknown_keyword, _after_failure,
    _two_sessions, _explained,
]  # fmt: skip


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.__name__.strip("_"))
def test_a_failing_session_shows_no_value(
    stocked: Any, caplog: pytest.LogCaptureFixture, path: Callable[[Session], None]
) -> None:
    def walk() -> Any:
        with Session(stocked) as session:
            return path(session)

    shown = said(caplog, walk)
    for canary in (VALUE, SENSITIVE):
        assert canary not in shown, path.__name__


# --- connecting ----------------------------------------------------------------------------------


def _wrong_password(url: Any) -> None:
    create_engine(url.set(username=url.username or "u", password=PASSWORD)).connect()


def _wrong_host(url: Any) -> None:
    create_engine(url.set(host="127.0.0.1", port=1, password=PASSWORD, username="u")).connect()


def _wrong_database(url: Any) -> None:
    create_engine(url.set(database="nowhere/at/all", password=url.password)).connect()


def _secret_option(url: Any) -> None:
    create_engine(url.update_query_dict({"password": PASSWORD})).connect()


def _unknown_option(url: Any) -> None:
    create_engine(url.update_query_dict({"nothing_secret": PASSWORD})).connect()


def _wrong_option(url: Any) -> None:
    create_engine(url.update_query_dict({"ssl_key": PASSWORD, "timeout": "x"})).connect()


def _connect_args(url: Any) -> None:
    create_engine(url, connect_args={"passwd_or_so": PASSWORD}).connect()


def _creator(url: Any) -> None:
    def creator() -> Any:
        raise RuntimeError("no connection today")

    create_engine(url.set(username="u", password=PASSWORD), creator=creator).connect()


def _wrong_creator(url: Any) -> None:
    create_engine(url, creator=lambda: object()).connect()


def _unknown_dialect(url: Any) -> None:
    create_engine(f"nosuch://u:{PASSWORD}@host/db")


def _unknown_driver(url: Any) -> None:
    create_engine(f"{url.get_backend_name()}+nosuch://u:{PASSWORD}@host/db")


def _wrong_port(url: Any) -> None:
    make_url(f"postgresql://u:{PASSWORD}@host:port/db")


def _unescaped(url: Any) -> None:
    make_url(f"postgresql://u:{PASSWORD}@x@host/db")


def _wrong_argument(url: Any) -> None:
    create_engine(url.set(username="u", password=PASSWORD), pool_sizes=3)


def _configuration(url: Any) -> None:
    settings = {"sqlalchemy.url": f"nosuch://u:{PASSWORD}@h/d", "sqlalchemy.echo": "true"}
    engine_from_config(settings)


def _listener_refuses(url: Any) -> None:
    engine = create_engine(url)

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, args: Any, kwargs: Any) -> Any:
        kwargs["password"] = PASSWORD
        raise RuntimeError("no")

    engine.connect()


CONNECTING = [
    _wrong_password, _wrong_host, _wrong_database, _secret_option, _unknown_option, _wrong_option,
    _connect_args, _creator, _wrong_creator, _unknown_dialect, _unknown_driver, _wrong_port,
    _unescaped, _wrong_argument, _configuration, _listener_refuses,
]  # fmt: skip


@pytest.mark.parametrize("path", CONNECTING, ids=lambda path: path.__name__.strip("_"))
def test_a_connection_that_fails_shows_no_password(
    engine: Any, caplog: pytest.LogCaptureFixture, path: Callable[[Any], None]
) -> None:
    url = engine.url
    shown = said(caplog, lambda: path(url))
    assert "Traceback" in shown or "Error" in shown, "this way was meant to fail"
    assert PASSWORD not in shown


def test_nothing_made_from_a_url_shows_or_pickles_its_password(engine: Any) -> None:
    url = make_url(
        f"postgresql+psycopg://u:{PASSWORD}@host/db?sslpassword={PASSWORD}&sslmode=allow"
    )
    things = [url, [url], url.set(host="other"), url.update_query_dict({"a": "b"})]
    with contextlib.suppress(exc.NoSuchModuleError):
        other = create_engine(url)
        things += [other, other.pool, Session(other), other.dialect]
    for thing in things:
        assert PASSWORD not in f"{thing} {thing!r}"
    assert PASSWORD.encode() not in pickle.dumps(url)


def test_our_frames_keep_no_password_in_their_variables(engine: Any) -> None:
    """Tracebacks that print local variables (rich, error trackers) show accord's frames too."""
    url = engine.url.set(username="u", password=PASSWORD)
    try:
        create_engine(url, connect_args={"nothing_of_the_kind": 1}).connect()
    except Exception as error:
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [frame for frame in report.stack if "/src/accord" in frame.filename]
        shown = "\n".join(str(frame.locals) for frame in ours)
        assert ours
        assert PASSWORD not in shown
    else:
        pytest.fail("the connection was meant to fail")


# --- what is asked for ---------------------------------------------------------------------------


def test_echo_shows_values_but_never_sensitive_ones(
    stocked: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stocked.echo = True
    try:
        with Session(stocked) as session:
            session.add(Person(id=2, name=VALUE + "e", pin=SENSITIVE))
            session.flush()
            person = session.get_one(Person, 2)
            person.pin = SENSITIVE + "2"
            session.flush()
            session.execute(select(Person).where(Person.pin == SENSITIVE)).all()
            session.execute(update(Person).where(Person.id == 2).values(pin=SENSITIVE))
            session.rollback()
    finally:
        stocked.echo = False
    shown = capsys.readouterr().out
    assert VALUE in shown
    assert SENSITIVE not in shown


def test_sensitive_values_stay_hidden_when_parameters_are_shown(
    stocked: Any, caplog: pytest.LogCaptureFixture
) -> None:
    open_engine = create_engine(stocked.url, hide_parameters=False)

    def walk() -> None:
        with open_engine.connect() as connection:
            connection.execute(insert(people), {"id": 2, **ROW})

    shown = said(caplog, walk)
    open_engine.dispose()
    assert VALUE in shown
    assert SENSITIVE not in shown


def test_a_plain_logger_shows_statements_without_values(
    stocked: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def walk() -> None:
        with stocked.begin() as connection:
            connection.execute(select(people).where(people.c.name == VALUE, people.c.pin == "x"))

    shown = said(caplog, walk)
    assert "safety_person" in shown
    assert VALUE not in shown


def test_there_are_forty_ways_to_fail_here() -> None:
    assert len({*STATEMENTS, *SESSIONS, *CONNECTING}) >= 40
