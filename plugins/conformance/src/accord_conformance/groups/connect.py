"""Group connect: the driver, the URL, the server's version, the first statements, and secrets."""

from __future__ import annotations

import pickle
import threading
from typing import TYPE_CHECKING, Any

from accord import create_engine, select
from accord.dialect import ErrorInfo, Since, Support
from accord.exc import AccordError, ArgumentError, DBAPIError, NoSuchModuleError
from accord_conformance import check
from accord_conformance.declared import answer, question_ids
from accord_conformance.model import Absent
from accord_conformance.models import things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("connect")

CANARY = "canary-7f31c9"
STYLES = ("qmark", "format", "pyformat", "named", "numeric", "numeric_dollar")


def _host(kit: Kit) -> None:
    if not kit.url.host or kit.double:
        raise Absent("an embedded database, or a double: nothing is reached over a network")


@test("select-one")
def select_one(kit: Kit) -> None:
    """The simplest statement gives its row."""
    with kit.connect() as connection:
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("column-names")
def column_names(kit: Kit) -> None:
    """A label comes back as the name of the column, as it was written."""
    with kit.connect() as connection:
        result = connection.execute(kit.select_one())
        check.same(list(result.keys()), ["one"])


@test("server-version")
def server_version(kit: Kit) -> None:
    """`probe` finds the server's version as numbers and as text."""
    version = kit.server.version
    check.true(version and all(type(part) is int for part in version), f"version is {version!r}")
    check.true(kit.server.version_text.strip(), "version_text is empty")


@test("server-details")
def server_details(kit: Kit) -> None:
    """What `probe` remembers besides is pairs of texts."""
    for pair in kit.server.details:
        check.equal([type(part) for part in pair], [str, str], repr(pair))


@test("capabilities-settled")
def capabilities_settled(kit: Kit) -> None:
    """After the first connection no answer depends on the version any more."""
    for name in question_ids():
        value = answer(kit.capabilities, name)
        supports = (
            [pair[1] for pair in value if isinstance(pair, tuple)]
            if isinstance(value, tuple)
            else [value]
        )
        for support in supports:
            check.true(not isinstance(support, Since), f"{name} is still {support!r}")


@test("reasons")
def reasons(kit: Kit) -> None:
    """Every "no" carries a reason for people."""
    for name in question_ids():
        value = answer(kit.dialect_class.capabilities, name)
        if isinstance(value, Support):
            check.true(value.reason.strip(), f"{name} has no reason")
            check.true(
                value.reason != "the dialect does not say",
                f"{name} is left to its default; say Never(reason) or Unimplemented(issue)",
            )


@test("engine-name")
def engine_name(kit: Kit) -> None:
    """The engine goes by the dialect's name and driver."""
    check.same(kit.engine.name, kit.dialect.name)
    check.same(kit.engine.driver, kit.dialect.driver_name)


@test("default-driver")
def default_driver(kit: Kit) -> None:
    """The default driver is one of the drivers."""
    check.true(kit.dialect_class.default_driver in kit.dialect_class.drivers, "it is not")


@test("driver-version")
def driver_version(kit: Kit) -> None:
    """The driver tells its version as text."""
    version = kit.dialect.driver.version
    check.true(type(version) is str and version[:1].isdigit(), f"version is {version!r}")


@test("driver-paramstyle")
def driver_paramstyle(kit: Kit) -> None:
    """The driver's parameter style is one accord writes, and the renderer writes that one."""
    style = kit.dialect.driver.paramstyle
    check.true(style in STYLES, f"paramstyle is {style!r}")
    check.same(kit.dialect.target.paramstyle, style)


@test("driver-errors")
def driver_errors(kit: Kit) -> None:
    """The driver names the exception classes that `classify` understands."""
    errors = kit.dialect.driver.errors
    check.true(errors, "there are none")
    for kind in errors:
        check.true(issubclass(kind, Exception), f"{kind!r} is no exception class")


@test("target-name")
def target_name(kit: Kit) -> None:
    """The renderer knows the dialect by the dialect's own name (variants are chosen by it)."""
    check.same(kit.dialect.target.dialect_name, kit.dialect.name)


@test("unknown-driver")
def unknown_driver(kit: Kit) -> None:
    """A driver nobody knows is refused by name, before anything connects."""
    with check.raises(NoSuchModuleError, "no_such_driver"):
        kit.dialect_class("no_such_driver")


@test("unknown-option")
def unknown_option(kit: Kit) -> None:
    """An unknown option in the URL is refused by name when the engine is made."""
    url = kit.url.update_query_dict({"accord_no_such_option": "1"})
    with check.raises(ArgumentError, "accord_no_such_option"):
        create_engine(url, dialect=kit.dialect_class)


@test("classify-foreign-errors")
def classify_foreign(kit: Kit) -> None:
    """`classify` has an answer for exceptions that are not the driver's."""
    for error in (ValueError("x"), KeyError(1), KeyboardInterrupt(), RuntimeError()):
        check.true(isinstance(kit.dialect.classify(error), ErrorInfo), repr(error))


@test("url-unharmed")
def url_unharmed(kit: Kit) -> None:
    """`connect_args` leaves the URL as it was and answers alike twice."""
    before = kit.url.render_as_string(hide_password=False)
    first, second = kit.dialect.connect_args(kit.url), kit.dialect.connect_args(kit.url)
    check.same(kit.url.render_as_string(hide_password=False), before)
    check.equal(first.args, second.args)
    check.equal(sorted(first.kwargs), sorted(second.kwargs))


@test("secret-in-repr")
def secret_in_repr(kit: Kit) -> None:
    """A password shows up neither in the engine nor in the URL nor in the connect arguments."""
    url = kit.url.set(username=kit.url.username or "someone", password=CANARY)
    try:
        engine = create_engine(url, dialect=kit.dialect_class)
        arguments: Any = kit.dialect.connect_args(url)
    except AccordError as error:  # an embedded database takes no password
        check.true(CANARY not in str(error) + repr(error), "the message shows the password")
        return
    for text in (repr(engine), repr(engine.url), str(engine.url), repr(arguments), str(arguments)):
        check.true(CANARY not in text, f"the password is in {type(text).__name__}: {text[:40]}…")
    engine.dispose()


@test("secret-in-refusal", doubles=False)
def secret_in_refusal(kit: Kit) -> None:
    """A login that is refused says so without the password."""
    _host(kit)
    url = kit.url.set(username="accord_nobody", password=CANARY)
    engine = kit.new_engine(url=url)
    with check.raises(DBAPIError) as caught:
        engine.connect()
    seen = caught.error
    while seen is not None:
        check.true(CANARY not in f"{seen} {seen!r}", f"{type(seen).__name__} shows the password")
        seen = seen.__cause__


@test("closed-port", doubles=False)
def closed_port(kit: Kit) -> None:
    """A server that is not there is an error that says so, classified as one of connecting."""
    _host(kit)
    engine = kit.new_engine(url=kit.url.set(host="127.0.0.1", port=1))
    with check.raises(DBAPIError) as caught:
        engine.connect()
    check.true(
        caught.error.kind in ("cannot_connect", "disconnect"), f"kind is {caught.error.kind}"
    )


@test("hidden-parameters", doubles=False)
def hidden_parameters(kit: Kit) -> None:
    """The message of a refused statement does not show the values that were sent."""
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(table.insert(), {"name": CANARY})
        with check.raises(DBAPIError) as caught:
            connection.execute(table.insert(), {"name": CANARY})
    own = str(caught.error).replace(str(caught.error.orig), "")
    check.true(CANARY not in own.partition("[SQL:")[2], "the statement part shows the value")


@test("errors-pickle", doubles=False)
def errors_pickle(kit: Kit) -> None:
    """An error of the database can be pickled; the copy carries kind and no values."""
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(table.insert(), {"name": CANARY})
        with check.raises(DBAPIError) as caught:
            connection.execute(table.insert(), {"name": CANARY})
    copy = pickle.loads(pickle.dumps(caught.error))
    check.same(type(copy), type(caught.error))
    check.same(copy.kind, caught.error.kind)
    check.true(copy.params is None, "the copy carries parameters")


@test("is-alive")
def is_alive(kit: Kit) -> None:
    """A new connection answers; one that was closed does not, and saying so is no error."""
    driver = kit.dialect.driver
    raw = driver.connect(kit.dialect.connect_args(kit.url).updated(kit.connect_args))
    check.same(driver.is_alive(raw), True)
    raw.close()
    check.same(driver.is_alive(raw), False)


@test("is-clean")
def is_clean(kit: Kit) -> None:
    """A new connection is clean."""
    driver = kit.dialect.driver
    raw = driver.connect(kit.dialect.connect_args(kit.url).updated(kit.connect_args))
    check.same(driver.is_clean(raw), True)
    raw.close()


@test("not-clean-in-transaction", doubles=False)
def not_clean(kit: Kit) -> None:
    """A connection with uncommitted work is not clean, and is after rollback."""
    table = things(kit)
    driver = kit.dialect.driver
    connection = kit.connect()
    connection.execute(table.insert(), {"name": "x"})
    raw: Any = connection.connection.dbapi_connection
    check.same(driver.is_clean(raw), False)
    connection.rollback()
    check.same(driver.is_clean(raw), True)


@test("clean-after-reading", doubles=False)
def clean_after_reading(kit: Kit) -> None:
    """A connection that only read is clean after rollback."""
    connection = kit.connect()
    connection.execute(kit.select_one())
    connection.rollback()
    raw: Any = connection.connection.dbapi_connection
    check.same(kit.dialect.driver.is_clean(raw), True)


@test("unknown-native-call")
def unknown_native(kit: Kit) -> None:
    """A native call nobody knows is an error, not silence."""
    from accord.dialect import Native

    driver = kit.dialect.driver
    connection = kit.connect()
    raw: Any = connection.connection.dbapi_connection
    with check.raises(Exception) as caught:
        driver.native(raw, Native(kit.engine, "accord_no_such_call", "", []))
    check.true("accord_no_such_call" in str(caught.error), f"it says {caught.error}")


@test("pool-reuses")
def pool_reuses(kit: Kit) -> None:
    """A connection that was given back is handed out again."""
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    seen = []
    for _ in range(3):
        with engine.connect() as connection:
            connection.execute(kit.select_one())
            seen.append(id(connection.connection.dbapi_connection))
    check.same(len(set(seen)), 1)


@test("dispose-reconnects")
def dispose_reconnects(kit: Kit) -> None:
    """After dispose() the engine connects anew."""
    engine = kit.new_engine()
    for _ in range(2):
        with engine.connect() as connection:
            check.same(connection.execute(kit.select_one()).scalar(), 1)
        engine.dispose()


@test("raw-connection")
def raw_connection(kit: Kit) -> None:
    """raw_connection() gives the driver's own connection, out of the pool."""
    engine = kit.new_engine()
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.close()
    raw.close()


@test("pre-ping")
def pre_ping(kit: Kit) -> None:
    """With pool_pre_ping a connection that died in the pool is replaced without an error."""
    engine = kit.new_engine(pool_pre_ping=True, pool_size=1)
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        connection.execute(kit.select_one())
    raw.close()
    with engine.connect() as connection:
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("threads", doubles=False)
def threads(kit: Kit) -> None:
    """Eight threads use one engine at a time, each with a connection of its own."""
    engine = kit.new_engine(pool_size=8)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                with engine.connect() as connection:
                    check.same(connection.execute(kit.select_one()).scalar(), 1)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=work) for _ in range(8)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(20)
    check.equal(errors, [])


@test("second-engine-sees", doubles=False)
def second_engine_sees(kit: Kit) -> None:
    """What one engine committed, another one on the same URL sees."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"name": "seen"})
    with kit.second() as connection:
        check.equal(connection.execute(select(table.c.name)).scalars().all(), ["seen"])


@test("missing-table-named", doubles=False)
def missing_table(kit: Kit) -> None:
    """A table that is not there: the error is of kind missing_object and names the table."""
    from accord import literal_column, table

    name = kit.name("missing")
    with kit.connect() as connection, check.raises(DBAPIError, name) as caught:
        connection.execute(select(literal_column("1")).select_from(table(name)))
    check.same(str(caught.error.kind), "missing_object")
    check.true(not caught.error.connection_invalidated, "it is taken for a disconnect")


@test("usable-after-error", doubles=False)
def usable_after_error(kit: Kit) -> None:
    """After a refused statement and a rollback the connection goes on working."""
    with kit.connect() as connection:
        with check.raises(DBAPIError):
            connection.exec_driver_sql("THIS IS NO SQL")
        connection.rollback()
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("syntax-error", doubles=False)
def syntax_error(kit: Kit) -> None:
    """Nonsense is of kind syntax."""
    with kit.connect() as connection, check.raises(DBAPIError) as caught:
        connection.exec_driver_sql("THIS IS NO SQL")
    check.same(str(caught.error.kind), "syntax")
