"""Logging: which statements are shown where, and how parameters look.

`accord.engine.Engine` and `accord.pool` are ordinary loggers. ``echo=True`` makes one engine speak
whatever the logger's level is, on standard output if nobody has set up a handler, and shows
parameters; a logger that was merely switched on shows statements, not values. Values of sensitive
columns are never shown.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from time import perf_counter
from typing import Any, Final, TextIO

from accord.exc import ArgumentError

MASKED: Final = "***"
HIDDEN: Final = "(parameters hidden; echo=True or hide_parameters=False shows them)"
_LONGEST: Final = 300
_SETS: Final = 10
_GENERATED: Final = "generated in"
_LEVELS: Final = {None: None, False: None, True: logging.INFO, "debug": logging.DEBUG}


#: What moves a terminal's cursor, turns its writing around, or cannot be encoded; lines are SQL's.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def _visible(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


class _Standard(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stdout` is at the moment, not to what it was."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # looked up at each message
        return sys.stdout


class EchoLog:
    """One engine's or pool's voice: a logger, and whether `echo` overrides its level."""

    __slots__ = ("_level", "echo", "logger", "name")

    def __init__(self, name: str, echo: object = False, logging_name: str | None = None) -> None:
        self.name = f"{name}.{logging_name}" if logging_name else name
        self.logger = logging.getLogger(self.name)
        self.echo: bool | str | None = None
        self.set_echo(echo)

    def set_echo(self, echo: object) -> None:
        """True, "debug" or False."""
        try:
            self._level = _LEVELS[echo]  # type: ignore[index]  # other values are refused
        except (KeyError, TypeError):
            raise ArgumentError(f"echo is True, False or 'debug', not {echo!r}") from None
        self.echo = echo  # type: ignore[assignment]  # one of the three
        if self._level is not None and not any(
            logging.getLogger(name).handlers for name in _family(self.name)
        ):
            logging.getLogger("accord").addHandler(_Standard())

    def shows(self, level: int = logging.INFO) -> bool:
        """Whether a message of this level goes anywhere."""
        if self._level is not None and level >= self._level:
            return self.logger.manager.disable < level
        return self.logger.isEnabledFor(level)

    def say(self, level: int, message: str) -> None:
        """Log, past the level of the logger where `echo` asks for it."""
        if self.shows(level):
            message = _CONTROL.sub(_visible, message)
            record = self.logger.makeRecord(
                self.name, level, "(accord)", 0, message, (), None, "perform"
            )
            self.logger.handle(record)

    def info(self, message: str) -> None:
        """Log at INFO."""
        self.say(logging.INFO, message)

    def debug(self, message: str) -> None:
        """Log at DEBUG."""
        self.say(logging.DEBUG, message)


def _family(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]


class StatementClock:
    """Since when a statement's text is known, for ``[generated in …s]`` and ``[cached since …]``;
    ``[no key …]`` and ``[caching disabled …]`` are about those that are compiled each time.

    Bounded; used only while something is logged.
    """

    __slots__ = ("_made", "_seen", "_size")

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._made = ("", 0.0, _GENERATED)

    def generated(self, text: str, took: float, how: str = _GENERATED) -> None:
        """`text` was just made, in `took` seconds; `how` says if it is not kept."""
        self._made = (text, took, how)

    def note(self, text: str) -> str:
        """The bracket of the log line for one execution of `text`."""
        now = perf_counter()
        made, took, how = self._made
        if made == text and how != _GENERATED:
            return f"{how} {took:.5f}s"
        since = self._seen.get(text)
        if since is not None:
            return f"cached since {now - since:.4g}s ago"
        self._seen[text] = now
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
        return f"generated in {took if made == text else perf_counter() - now:.5f}s"


def shown_parameters(
    parameters: object, sensitive: Collection[int | str] = (), *, many: bool = False
) -> str:
    """Parameters as text: long values shortened, only some of many sets, sensitive ones masked."""
    if not many:
        return _one_set(parameters, sensitive)
    sets: Sequence[object] = parameters  # type: ignore[assignment]  # a list of sets
    if len(sets) <= _SETS:
        return f"[{', '.join(_one_set(one, sensitive) for one in sets)}]"
    first = ", ".join(_one_set(one, sensitive) for one in sets[: _SETS - 2])
    last = ", ".join(_one_set(one, sensitive) for one in sets[-2:])
    gap = f"  ... displaying {_SETS} of {len(sets)} total bound parameter sets ...  "
    return f"[{first}{gap}{last}]"


def _one_set(parameters: object, sensitive: Collection[int | str]) -> str:
    if isinstance(parameters, Mapping):
        pairs = [
            f"{name!r}: {_value(value, name in sensitive)}" for name, value in parameters.items()
        ]
        return "{" + ", ".join(pairs) + "}"
    values: Sequence[object] = parameters  # type: ignore[assignment]  # a tuple otherwise
    shown = [_value(value, place in sensitive) for place, value in enumerate(values)]
    return f"({shown[0]},)" if len(shown) == 1 else f"({', '.join(shown)})"


def _value(value: object, hide: bool) -> str:
    if hide:
        return MASKED
    if isinstance(value, bytes | bytearray | memoryview) and len(value) > _LONGEST:
        return f"<{len(value)} bytes>"
    text = repr(value)
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} ... ({len(text) - _LONGEST} characters truncated) ... {text[-half:]}"


def without_sensitive(parameters: Any, sensitive: Collection[int | str], *, many: bool) -> Any:
    """A copy of the parameters with sensitive values replaced, for exceptions to carry."""
    if not sensitive or not parameters:
        return parameters
    if many:
        return [without_sensitive(one, sensitive, many=False) for one in parameters]
    if isinstance(parameters, Mapping):
        return {name: MASKED if name in sensitive else v for name, v in parameters.items()}
    return tuple(MASKED if place in sensitive else v for place, v in enumerate(parameters))
