"""create_mock_engine: DDL and statements given to a function instead of a database.

In: a URL, which names the dialect, and a function. Out: something that `MetaData.create_all` and
`drop_all` take for an engine; nothing ever connects and no driver is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.engine.url import make_url
from accord.exc import InvalidRequestError
from accord.hooks.entrypoints import load_dialect
from accord.schema.plan import Notify, create_plan, drop_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.contract import Dialect
    from accord.engine.url import URL
    from accord.schema import CheckFirst, MetaData, Table
    from accord.schema.plan import Step


class MockConnection:
    """Hands every statement to a function. Made by `create_mock_engine`."""

    def __init__(self, dialect: Dialect, executor: Callable[..., Any]) -> None:
        self.dialect = dialect
        self._executor = executor

    @property
    def engine(self) -> MockConnection:
        """Itself."""
        return self

    @property
    def name(self) -> str:
        """The name of the dialect."""
        return self.dialect.name

    def connect(self, **options: Any) -> MockConnection:
        """Itself: there is nothing to connect to."""
        return self

    def execution_options(self, **options: Any) -> MockConnection:
        """Itself: there is nobody to obey them."""
        return self

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Call the function."""
        given = () if parameters is None else (parameters,)
        return self._executor(statement, *given)

    def create_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.create_all` calls; nothing exists yet."""
        self._hand_over(create_plan(metadata, tables, None, self.dialect.ddl_renderer))

    def drop_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.drop_all` calls; everything exists."""
        self._hand_over(drop_plan(metadata, tables, None, self.dialect.ddl_renderer))

    def _hand_over(self, steps: list[Step]) -> None:
        for step in steps:
            if isinstance(step, Notify):
                step.fire(self)
            elif step.applies(self):
                self._executor(step)

    def reflect_table(self, table: Table, **options: Any) -> None:
        """There is no catalog."""
        raise InvalidRequestError(
            f"A mock engine has no catalog, so that table {table.name!r} cannot be reflected; "
            "declare its columns, or use create_engine()"
        )


def create_mock_engine(
    url: str | URL, executor: Callable[..., Any], **options: Any
) -> MockConnection:
    """What is given to `executor` instead of a database: ``executor(statement)``, with parameters
    where there are any.

    >>> from accord import MetaData, Table, Column, Integer, create_mock_engine
    >>> def show(statement, *parameters):
    ...     print(*str(statement.compile(dialect=engine.dialect)).split())
    >>> engine = create_mock_engine("sqlite://", show)
    >>> metadata = MetaData()
    >>> table = Table("t", metadata, Column("id", Integer, primary_key=True))
    >>> metadata.create_all(engine)
    CREATE TABLE t ( id INTEGER NOT NULL, PRIMARY KEY (id) )
    """
    name, _, driver = make_url(url).drivername.partition("+")
    dialect = load_dialect(name)
    known = driver if driver in dialect.drivers else None  # nothing is sent, by whichever it is
    return MockConnection(dialect(known), executor)
