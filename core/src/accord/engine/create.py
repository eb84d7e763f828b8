"""create_engine: from a URL and keyword arguments to an engine.

In: what the user wrote, checked by arguments.py. Out: an `Engine` whose dialect and driver are
loaded and whose pool is empty; nothing connects yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.engine import arguments, pool as pools
from accord.engine.connecting import DriverPort
from accord.engine.engine import Engine
from accord.engine.record import ConnectionRecord
from accord.engine.url import make_url
from accord.exc import ArgumentError, NoSuchModuleError, PluginError
from accord.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from accord.dialect.contract import Dialect
    from accord.dialect.driver import ConnectArgs
    from accord.engine.poolbase import Pool
    from accord.engine.url import URL

_POOL_CLASSES: Final[Mapping[str, type[Pool]]] = {
    name: getattr(pools, name)
    for name in ("QueuePool", "NullPool", "StaticPool", "SingletonThreadPool")
}


def create_engine(
    url: str | URL,
    *,
    connect_args: Mapping[str, Any] | None = None,
    creator: Callable[[], Any] | None = None,
    dialect: type[Dialect] | None = None,
    echo: bool | str = False,
    echo_pool: bool | str = False,
    execution_options: Mapping[str, Any] | None = None,
    hide_parameters: bool | None = None,
    insertmanyvalues_page_size: int | None = None,
    isolation_level: str | None = None,
    json_deserializer: Callable[[str], Any] | None = None,
    json_serializer: Callable[[Any], str] | None = None,
    label_length: int | None = None,
    logging_name: str | None = None,
    max_identifier_length: int | None = None,
    plugins: Sequence[str] = (),
    pool: Pool | None = None,
    poolclass: type[Pool] | None = None,
    query_cache_size: int = 500,
    use_insertmanyvalues: bool = True,
    **others: Any,
) -> Engine:
    """An engine for a database URL; it connects when it is first used.

    `echo` prints statements and parameters (sensitive columns masked). `hide_parameters`: not
    given, exceptions and plain loggers hide parameter values and echo shows them; True hides them
    from echo as well; False shows them everywhere. `insertmanyvalues_page_size` is the most rows
    of one statement, `use_insertmanyvalues=False` one row in each. `label_length` is the most
    characters of names that accord makes up in SELECT (labels, aliases). `plugins` names hook
    plugins that have to be there.

    Pool arguments: `pool_size`, `max_overflow`, `pool_timeout` and `pool_recycle` (seconds),
    `pool_pre_ping`, `pool_use_lifo`, `pool_reset_on_return`, `pool_logging_name`, `pool_events`;
    or `poolclass`, or a `pool` made by hand. `dialect`: a dialect class to use instead of the
    installed one the URL names: a variant of it, or one that is being written.

    >>> engine = create_engine("sqlite:///shop.db", pool_pre_ping=True)
    >>> engine
    Engine(sqlite:///shop.db)
    """
    url = parsed = make_url(url)  # tracebacks that print locals find no password here
    adjust = arguments.adjustments(
        max_identifier_length=max_identifier_length,
        label_length=label_length,
        json_serializer=json_serializer,
        json_deserializer=json_deserializer,
        insertmanyvalues_page_size=insertmanyvalues_page_size,
        use_insertmanyvalues=use_insertmanyvalues,
    )
    spoken = _dialect_of(parsed, dialect)
    arguments.fixed(others, spoken.driver)
    arguments.refuse_unknown(others)
    arguments.refuse_wrong_kinds(others, poolclass)
    engine = Engine(
        adjust.of(spoken),
        parsed,
        echo=echo,
        logging_name=logging_name,
        hide_parameters=hide_parameters,
        query_cache_size=query_cache_size,
        isolation_level=isolation_level,
        execution_options=execution_options,
        adjust=adjust,
    )
    connecting = spoken.connect_args(parsed).updated(connect_args or {})
    if json_deserializer is not None:
        connecting = replace(connecting, read_json=json_deserializer)
    if pool is not None:
        arguments.refuse_with_pool(others, poolclass, creator)
        _adopt(pool, engine, connecting)
    else:
        chosen = poolclass or _POOL_CLASSES[spoken.default_pool(parsed)]
        engine.pool = chosen(
            DriverPort(engine, connecting, creator),
            echo=echo_pool,
            parent=engine.dispatch,
            label=repr(engine),
            **arguments.for_pool(chosen, others),
        )
    _announce(engine, plugins)
    return engine


def _adopt(pool: Pool, engine: Engine, arguments: ConnectArgs) -> None:
    """Use a pool made by hand: it opens connections its own way, the driver does the rest."""
    given = pool.port

    def opened_by_hand() -> Any:
        return given.open(ConnectionRecord(pool))

    pool.port = DriverPort(engine, arguments, opened_by_hand)
    pool.dispatch.parents = (*pool.dispatch.parents, engine.dispatch)
    pool.label = pool.label or repr(engine)
    engine.pool = pool


def _dialect_of(url: URL, given: object) -> Dialect:
    """The dialect with its driver, or an error that says what to install."""
    from accord.dialect import Dialect, contradictions
    from accord.hooks.entrypoints import load_dialect

    name, _, driver = url.drivername.partition("+")
    if given is None:
        dialect = load_dialect(name)(driver or None)
    elif isinstance(given, type) and issubclass(given, Dialect):
        dialect = given(driver or None)
    else:
        raise ArgumentError(
            "create_engine(dialect=...) takes a subclass of accord.dialect.Dialect, not "
            f"{given!r}; a dialect that is installed is named by the URL alone"
        )
    _ = dialect.driver
    wrong = contradictions(dialect)
    if wrong:
        raise PluginError(
            f"The dialect {type(dialect).__qualname__} contradicts itself: {'; '.join(wrong)}"
        )
    return dialect


def _announce(engine: Engine, plugins: Sequence[str]) -> None:
    from accord import hooks

    hooks.load_plugins()
    if plugins:
        names = [plugin.name for plugin in hooks.plugins()]
        for wanted in plugins:
            if wanted not in names:
                raise NoSuchModuleError(
                    f"create_engine(plugins=...) asks for {wanted!r}, and there is no such plugin; "
                    f"installed are: {', '.join(names) or 'none'}"
                )
    engine.call_hook("accord_engine_created")
