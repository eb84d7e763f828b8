"""What may be given to create_engine: which names there are, and what kinds of values.

In: keyword arguments as a program gives them. Out: nothing, or an error that names the argument and
says what to write instead; `Adjustments`, for those that change how the dialect writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from accord.dialect.contract import Dialect
    from accord.engine.poolbase import Pool

POOL_ARGUMENTS: Final = {
    "pool_size": "pool_size",
    "max_overflow": "max_overflow",
    "pool_timeout": "timeout",
    "pool_use_lifo": "use_lifo",
    "pool_recycle": "recycle",
    "pool_pre_ping": "pre_ping",
    "pool_reset_on_return": "reset_on_return",
    "pool_logging_name": "logging_name",
    "pool_events": "events",
}
_COMMON: Final = frozenset({"recycle", "pre_ping", "reset_on_return", "logging_name", "events"})
_KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "pool_size": (int, "a whole number of connections"),
    "max_overflow": (int, "a whole number of connections"),
    "pool_timeout": ((int, float, type(None)), "a number of seconds"),
    "pool_recycle": ((int, float), "a number of seconds"),
    "pool_pre_ping": (int, "True or False"),
    "pool_use_lifo": (int, "True or False"),
}
ENGINE_ARGUMENTS: Final = frozenset(
    {
        "connect_args", "creator", "dialect", "echo", "echo_pool", "execution_options", "future",
        "hide_parameters", "insertmanyvalues_page_size", "isolation_level", "json_deserializer",
        "json_serializer", "label_length", "logging_name", "max_identifier_length", "plugins",
        "pool", "poolclass", "query_cache_size", "use_insertmanyvalues",
    }
)  # fmt: skip

#: Arguments of SQLAlchemy that change nothing here: (values with which that is so, what to do).
_FIXED: Final[Mapping[str, tuple[tuple[object, ...], str]]] = {
    "enable_from_linting": (
        (False,),
        "accord does not look for FROM elements that nothing joins; leave it out",
    ),
    "future": ((True,), "engines work the 2.0 way; leave it out"),
    "implicit_returning": (
        (True,),
        "how keys come back is decided for each table (accord explain shows it); leave it out",
    ),
    "skip_autocommit_rollback": (
        (True, False),
        "no ROLLBACK is sent on a connection in AUTOCOMMIT; leave it out",
    ),
}
#: What SQLAlchemy once had.
_RETIRED: Final[Mapping[str, str]] = {
    "case_sensitive": "names in results are always compared as they are",
    "convert_unicode": "strings are Unicode",
    "empty_in_strategy": "IN of an empty list is false on every database",
    "encoding": "it belongs to the driver: connect_args or the query part of the URL",
    "listeners": "write event.listen(engine, ...)",
    "pool_threadlocal": "write poolclass=SingletonThreadPool",
    "server_side_cursors": "write execution_options(stream_results=True) where rows are to stream",
    "strategy": "for strategy='mock' write create_mock_engine()",
}


def fixed(given: dict[str, Any], driver: Any) -> None:
    """Take out those that need nothing to be done, or say why they cannot be had."""
    for name in list(given):
        if name in _FIXED:
            values, words = _FIXED[name]
            if given.pop(name) not in values:
                raise ArgumentError(f"create_engine({name}=...): {words}")
    paramstyle = given.pop("paramstyle", None)
    if paramstyle is not None and paramstyle != driver.paramstyle:
        raise ArgumentError(
            f"create_engine(paramstyle={paramstyle!r}): statements for {driver.name} are written "
            f"with paramstyle {driver.paramstyle!r}; leave it out"
        )
    module = given.pop("module", None)
    if module is not None and module is not driver.module:
        raise ArgumentError(
            "create_engine(module=...): accord speaks to a driver through the dialect's own class; "
            f"the URL names one of those, or dialect= takes a dialect class with another. "
            f"{driver.name} it is"
        )


def refuse_unknown(given: Iterable[str]) -> None:
    """An argument nobody knows is a misspelling, or of an older version."""
    unknown = [name for name in given if name not in POOL_ARGUMENTS]
    if not unknown:
        return
    if unknown[0] in _RETIRED:
        raise TypeError(f"create_engine() has no argument {unknown[0]!r}: {_RETIRED[unknown[0]]}")
    known = sorted({*POOL_ARGUMENTS, *ENGINE_ARGUMENTS})
    import difflib  # only for messages

    close = difflib.get_close_matches(unknown[0], known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(known)}"
    names = ", ".join(map(repr, unknown))
    raise TypeError(f"create_engine() got an unknown argument {names}; {hint}")


def refuse_wrong_kinds(given: Mapping[str, Any], poolclass: object) -> None:
    """A wrong value would be noticed at the first connection only, far from here."""
    if poolclass is not None and not callable(poolclass):
        raise ArgumentError(
            f"create_engine(poolclass=...) takes a pool class, not {poolclass!r}; write "
            "poolclass=NullPool after: from accord.pool import QueuePool, NullPool, StaticPool, "
            "SingletonThreadPool"
        )
    for name, value in given.items():
        kinds, expected = _KINDS.get(name, (object, ""))
        if value is not None and not isinstance(value, kinds):
            raise ArgumentError(f"create_engine({name}=...) takes {expected}, not {value!r}")


def for_pool(chosen: type[Pool], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a pool class, in its own words."""
    translated: dict[str, Any] = {}
    for name, value in given.items():
        own = POOL_ARGUMENTS[name]
        if own not in _COMMON and own not in chosen.takes:
            raise TypeError(
                f"create_engine() got {name!r}, which {chosen.__name__} does not have; leave it "
                "out, or choose a pool that has it: poolclass=QueuePool"
            )
        translated[own] = value
    return translated


def refuse_with_pool(given: Mapping[str, Any], poolclass: object, creator: object) -> None:
    """Settings of a pool made by hand belong where it is made."""
    besides = [*given]
    besides += [
        name
        for name, value in (("poolclass", poolclass), ("creator", creator))
        if value is not None
    ]
    if besides:
        raise TypeError(
            f"create_engine() got a pool and besides {', '.join(map(repr, besides))}; settings of "
            "a pool made by hand belong where it is made"
        )


# --- what changes the dialect --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What one engine wants otherwise than its dialect: applied to whichever dialect fits the
    server.
    """

    max_identifier_length: int | None = None
    label_length: int | None = None
    json_serializer: Callable[[Any], str] | None = None
    json_deserializer: Callable[[str], Any] | None = None
    rows_at_once: int | None = None
    """The most rows of one multi-row statement."""

    @property
    def any(self) -> bool:
        """Whether there is something to change about how SQL is written."""
        functions = (self.json_serializer, self.json_deserializer)
        lengths = (self.max_identifier_length, self.label_length)
        return lengths != (None, None) or functions != (None, None)

    def of(self, dialect: Dialect) -> Dialect:
        """The dialect as this engine wants it."""
        if not self.any:
            return dialect
        target = dialect.target
        if self.json_serializer is not None or self.json_deserializer is not None:
            types = target.types.with_json(self.json_serializer, self.json_deserializer)
            target = replace(target, types=types)
        if self.max_identifier_length is not None:
            target = replace(target, max_identifier_length=self.max_identifier_length)
        if self.label_length is not None:
            if self.label_length > target.max_identifier_length:
                raise ArgumentError(
                    f"create_engine(label_length={self.label_length}): names of {dialect.name} "
                    f"have at most {target.max_identifier_length}; give a smaller number"
                )
            target = replace(target, label_length=self.label_length)
        return dialect.with_target(target)


def adjustments(
    *,
    max_identifier_length: int | None,
    label_length: int | None,
    json_serializer: Callable[[Any], str] | None,
    json_deserializer: Callable[[str], Any] | None,
    insertmanyvalues_page_size: int | None,
    use_insertmanyvalues: bool,
) -> Adjustments:
    """From the arguments of create_engine, checked."""
    for name, function in (
        ("json_serializer", json_serializer),
        ("json_deserializer", json_deserializer),
    ):
        if function is not None and not callable(function):
            raise ArgumentError(f"create_engine({name}=...) takes a function, not {function!r}")
    numbers: dict[str, Any] = {
        "max_identifier_length": max_identifier_length,
        "label_length": label_length,
        "insertmanyvalues_page_size": insertmanyvalues_page_size,
    }
    for name, number in numbers.items():
        if number is not None and (not isinstance(number, int) or number < 1):
            raise ArgumentError(
                f"create_engine({name}=...) takes a whole number, at least 1; not {number!r}"
            )
    rows = insertmanyvalues_page_size if use_insertmanyvalues else 1
    return Adjustments(
        max_identifier_length, label_length, json_serializer, json_deserializer, rows
    )
