"""create_engine: from a URL and keyword arguments to an engine.

In: what the user wrote. Out: an `Engine` whose dialect and driver are loaded and whose pool is
empty; nothing connects yet. Arguments nobody knows are refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.engine import pool as pools
from accord.engine.connecting import DriverPort
from accord.engine.engine import Engine
from accord.engine.record import ConnectionRecord
from accord.engine.url import make_url
from accord.exc import ArgumentError, PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accord.dialect.contract import Dialect
    from accord.dialect.driver import ConnectArgs
    from accord.engine.poolbase import Pool
    from accord.engine.url import URL

_POOL_CLASSES: Final[Mapping[str, type[Pool]]] = {
    name: getattr(pools, name)
    for name in ("QueuePool", "NullPool", "StaticPool", "SingletonThreadPool")
}
_POOL_ARGUMENTS: Final = {
    "pool_size": "pool_size",
    "max_overflow": "max_overflow",
    "pool_timeout": "timeout",
    "pool_use_lifo": "use_lifo",
    "pool_recycle": "recycle",
    "pool_pre_ping": "pre_ping",
    "pool_reset_on_return": "reset_on_return",
    "pool_logging_name": "logging_name",
}
_COMMON: Final = frozenset({"recycle", "pre_ping", "reset_on_return", "logging_name"})
_KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "pool_size": (int, "a whole number of connections"),
    "max_overflow": (int, "a whole number of connections"),
    "pool_timeout": ((int, float), "a number of seconds"),
    "pool_recycle": ((int, float), "a number of seconds"),
    "pool_pre_ping": (int, "True or False"),
    "pool_use_lifo": (int, "True or False"),
}
_ENGINE_ARGUMENTS: Final = frozenset(
    {
        "connect_args",
        "creator",
        "dialect",
        "echo",
        "echo_pool",
        "execution_options",
        "future",
        "hide_parameters",
        "isolation_level",
        "logging_name",
        "pool",
        "poolclass",
        "query_cache_size",
    }
)


def create_engine(
    url: str | URL,
    *,
    connect_args: Mapping[str, Any] | None = None,
    creator: Callable[[], Any] | None = None,
    dialect: type[Dialect] | None = None,
    echo: bool | str = False,
    echo_pool: bool | str = False,
    execution_options: Mapping[str, Any] | None = None,
    future: bool = True,
    hide_parameters: bool | None = None,
    isolation_level: str | None = None,
    logging_name: str | None = None,
    pool: Pool | None = None,
    poolclass: type[Pool] | None = None,
    query_cache_size: int = 500,
    **pool_arguments: Any,
) -> Engine:
    """An engine for a database URL; it connects when it is first used.

    `echo` prints statements and parameters (sensitive columns masked). `hide_parameters`: not
    given, exceptions and plain loggers hide parameter values and echo shows them; True hides them
    from echo as well; False shows them everywhere. Pool arguments: `pool_size`, `max_overflow`,
    `pool_timeout` and `pool_recycle` (seconds), `pool_pre_ping`, `pool_use_lifo`,
    `pool_reset_on_return`, `pool_logging_name`; or `poolclass`, or a `pool` made by hand.
    `dialect`: a dialect class to use instead of the installed one the URL names: a variant of it,
    or one that is being written.

    >>> engine = create_engine("sqlite:///shop.db", pool_pre_ping=True)
    >>> engine
    Engine(sqlite:///shop.db)
    """
    url = parsed = make_url(url)  # tracebacks that print locals find no password here
    _refuse_unknown(pool_arguments)
    _refuse_wrong_kinds(pool_arguments, poolclass)
    if not future:
        raise ArgumentError(
            "create_engine(future=False) is not available: engines work the 2.0 way"
        )
    spoken = _dialect_of(parsed, dialect)
    engine = Engine(
        spoken,
        parsed,
        echo=echo,
        logging_name=logging_name,
        hide_parameters=hide_parameters,
        query_cache_size=query_cache_size,
        isolation_level=isolation_level,
        execution_options=execution_options,
    )
    arguments = spoken.connect_args(parsed).updated(connect_args or {})
    if pool is not None:
        _refuse_with_pool(pool_arguments, poolclass, creator)
        _adopt(pool, engine, arguments)
    else:
        chosen = poolclass or _POOL_CLASSES[spoken.default_pool(parsed)]
        engine.pool = chosen(
            DriverPort(engine, arguments, creator),
            echo=echo_pool,
            parent=engine.dispatch,
            label=repr(engine),
            **_for_pool(chosen, pool_arguments),
        )
    _announce(engine)
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


def _announce(engine: Engine) -> None:
    from accord import hooks

    hooks.load_plugins()
    engine.call_hook("accord_engine_created")


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    unknown = [name for name in given if name not in _POOL_ARGUMENTS]
    if not unknown:
        return
    known = sorted({*_POOL_ARGUMENTS, *_ENGINE_ARGUMENTS})
    import difflib  # only for messages

    close = difflib.get_close_matches(unknown[0], known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(known)}"
    names = ", ".join(map(repr, unknown))
    raise TypeError(f"create_engine() got an unknown argument {names}; {hint}")


def _refuse_wrong_kinds(given: Mapping[str, Any], poolclass: object) -> None:
    """A wrong value would be noticed at the first connection only, far from here."""
    if poolclass is not None and not callable(poolclass):
        raise ArgumentError(
            f"create_engine(poolclass=...) takes a pool class, not {poolclass!r}; write "
            f"poolclass=NullPool after: from accord.pool import {', '.join(_POOL_CLASSES)}"
        )
    for name, value in given.items():
        kinds, expected = _KINDS.get(name, (object, ""))
        if value is not None and not isinstance(value, kinds):
            raise ArgumentError(f"create_engine({name}=...) takes {expected}, not {value!r}")


def _for_pool(chosen: type[Pool], given: Mapping[str, Any]) -> dict[str, Any]:
    translated: dict[str, Any] = {}
    for name, value in given.items():
        own = _POOL_ARGUMENTS[name]
        if own not in _COMMON and own not in chosen.takes:
            raise TypeError(
                f"create_engine() got {name!r}, which {chosen.__name__} does not have; leave it "
                "out, or "
                "choose a pool that has it: poolclass=QueuePool"
            )
        translated[own] = value
    return translated


def _refuse_with_pool(
    pool_arguments: Mapping[str, Any], poolclass: object, creator: object
) -> None:
    besides = [*pool_arguments]
    besides += [
        name
        for name, value in (("poolclass", poolclass), ("creator", creator))
        if value is not None
    ]
    if besides:
        raise TypeError(
            f"create_engine() got a pool and besides {', '.join(map(repr, besides))}; settings of "
            "a pool "
            "made by hand belong where it is made"
        )


# --- from a configuration file -------------------------------------------------------------------


def engine_from_config(
    configuration: Mapping[str, Any], prefix: str = "sqlalchemy.", **kwargs: Any
) -> Engine:
    """An engine from the strings of a configuration file: ``{"sqlalchemy.url": …,
    "sqlalchemy.echo": "true"}``; keyword arguments come on top.
    """
    options = {
        key[len(prefix) :]: value for key, value in configuration.items() if key.startswith(prefix)
    }
    url = kwargs.pop("url", None) or options.pop("url", None)
    if url is None:
        raise ArgumentError(f"The configuration has no {prefix}url")
    options.pop("_coerce_config", None)
    converted = {key: _from_text(prefix + key, key, value) for key, value in options.items()}
    return create_engine(url, **{**converted, **kwargs})


_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "on", "y", "t", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "f", "0"), False),
}
_WHOLE: Final = frozenset({"pool_size", "max_overflow", "query_cache_size"})
_SECONDS: Final = frozenset({"pool_timeout", "pool_recycle"})
_BOOLEAN: Final = frozenset(
    {"echo", "echo_pool", "future", "hide_parameters", "pool_pre_ping", "pool_use_lifo"}
)


def _from_text(full_name: str, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        if name in _WHOLE:
            return int(text)
        if name in _SECONDS:
            return float(text)
        if name in ("echo", "echo_pool") and text.lower() == "debug":
            return "debug"
        return _WORDS[text.lower()] if name in _BOOLEAN else text
    except (ValueError, KeyError):
        expected = "true or false" if name in _BOOLEAN else "a number"
        raise ArgumentError(f"{full_name} in the configuration has to be {expected}") from None
