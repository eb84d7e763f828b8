"""Engines and pools from a configuration file or a URL alone: `engine_from_config`,
`create_pool_from_url`.

In: strings, as configuration files have them. Out: what `create_engine` makes of the values they
stand for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.engine.create import create_engine
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.engine.engine import Engine
    from accord.engine.poolbase import Pool
    from accord.engine.url import URL

_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "on", "y", "t", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "f", "0"), False),
}
_WHOLE: Final = frozenset(
    {
        "insertmanyvalues_page_size", "label_length", "max_identifier_length", "max_overflow",
        "pool_size", "query_cache_size",
    }
)  # fmt: skip
_SECONDS: Final = frozenset({"pool_timeout", "pool_recycle"})
_BOOLEAN: Final = frozenset(
    {
        "echo", "echo_pool", "enable_from_linting", "future", "hide_parameters",
        "implicit_returning", "pool_pre_ping", "pool_use_lifo", "skip_autocommit_rollback",
        "use_insertmanyvalues",
    }
)  # fmt: skip


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
    options.pop("url", None)
    if url is None:
        raise ArgumentError(f"The configuration has no {prefix}url")
    options.pop("_coerce_config", None)
    converted = {key: _from_text(prefix + key, key, value) for key, value in options.items()}
    return create_engine(url, **{**converted, **kwargs})


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
        if name == "pool_reset_on_return":
            return _WORDS.get(text.lower(), text)
        return _WORDS[text.lower()] if name in _BOOLEAN else text
    except (ValueError, KeyError):
        expected = "true or false" if name in _BOOLEAN else "a number"
        raise ArgumentError(f"{full_name} in the configuration has to be {expected}") from None


def create_pool_from_url(url: str | URL, **arguments: Any) -> Pool:
    """The pool that `create_engine` would make for this URL, alone: its connections are the
    driver's. It takes the arguments about pools, with or without their ``pool_``.
    """
    shorter = {name.removeprefix("pool_"): name for name in _SHORT}
    given = {shorter.get(name, name): value for name, value in arguments.items()}
    return create_engine(url, **given).pool


_SHORT: Final = (
    "pool_timeout", "pool_use_lifo", "pool_recycle", "pool_pre_ping", "pool_reset_on_return",
    "pool_logging_name", "pool_events",
)  # fmt: skip
