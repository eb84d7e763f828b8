"""Driver exceptions become accord's: classified by the dialect, stripped of values and secrets.

In: an exception of the driver, the statement and parameters it belongs to. Out: the `DBAPIError`
subclass to raise, with kind, constraint name and retryability; the driver's own text is kept only
after parameter values and the URL's secrets were taken out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.dialect.errors import INTEGRITY_KINDS, ErrorInfo, ErrorKind
from accord.engine.echo import MASKED, without_sensitive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from accord.engine.url import URL

_CLASSES: Final[Mapping[str, type[exc.DBAPIError]]] = {
    "IntegrityError": exc.IntegrityError,
    "DataError": exc.DataError,
    "OperationalError": exc.OperationalError,
    "InternalError": exc.InternalError,
    "ProgrammingError": exc.ProgrammingError,
    "NotSupportedError": exc.NotSupportedError,
    "InterfaceError": exc.InterfaceError,
    "DatabaseError": exc.DatabaseError,
}
_BY_KIND: Final[Mapping[ErrorKind, type[exc.DBAPIError]]] = {
    **dict.fromkeys(INTEGRITY_KINDS, exc.IntegrityError),
    ErrorKind.DATA: exc.DataError,
}
_SHORTEST: Final = 3
"""Values shorter than this are not looked for in messages: they would be found everywhere."""


def wrap(
    error: BaseException,
    info: ErrorInfo,
    *,
    statement: str | None = None,
    parameters: Any = None,
    sensitive: Collection[int | str] = (),
    hide_parameters: bool = True,
    many: bool = False,
    url: URL | None = None,
    extra: str | None = None,
) -> exc.DBAPIError:
    """The exception to raise in place of the driver's; its `__cause__` is set or suppressed."""
    own = str(error)
    hides = hide_parameters or bool(sensitive)
    message = _without_secrets(info.message if hides and info.message is not None else own, url)
    if hides:
        message = without_values(message, parameters, sensitive, hide_parameters, many)
    kept = without_sensitive(parameters, sensitive, many=many)
    wrapped = _class_for(error, info)(
        statement,
        kept,
        error,
        hide_parameters,
        ismulti=many,
        message="\n".join(filter(None, [f"({_origin(error)}) {message}", info.hint, extra])),
    )
    wrapped.kind = str(info.kind)
    wrapped.retryable = info.retryable
    wrapped.constraint_name = info.constraint_name
    wrapped.connection_invalidated = info.disconnect
    if message == own:
        wrapped.__cause__ = error
    wrapped.__suppress_context__ = True
    return wrapped


def _origin(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _class_for(error: BaseException, info: ErrorInfo) -> type[exc.DBAPIError]:
    """By the DB-API class of the error, except where the kind knows better."""
    if info.kind in INTEGRITY_KINDS:
        return exc.IntegrityError
    for ancestor in type(error).__mro__:
        found = _CLASSES.get(ancestor.__name__)
        if found is not None and found is not exc.DatabaseError:
            return found
    if info.kind in _BY_KIND:
        return _BY_KIND[info.kind]
    is_database = any(ancestor.__name__ == "DatabaseError" for ancestor in type(error).__mro__)
    return exc.DatabaseError if is_database else exc.DBAPIError


def _without_secrets(message: str, url: URL | None) -> str:
    """Take the password, and whatever else of the URL is masked, out of a message."""
    if url is None:
        return message
    for secret in url.secrets():
        if secret:
            message = message.replace(secret, MASKED)
    return message


def without_values(
    message: str,
    parameters: Any,
    sensitive: Collection[int | str],
    hide_all: bool,
    many: bool = False,
) -> str:
    """Take parameter values out of a message (``Key (email)=(…) already exists``)."""
    found: set[str] = set()
    for place, value in _each(parameters, many):
        if (hide_all or place in sensitive) and isinstance(value, str | bytes | int | float):
            text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
            if len(text) >= _SHORTEST and text in message:
                found.add(text)
    for text in sorted(found, key=len, reverse=True):
        message = message.replace(text, MASKED)
    return message


def _each(parameters: Any, many: bool) -> Iterator[tuple[Any, Any]]:
    """(name or position, value) of one set of parameters or of many; the items of a list belong
    to the parameter that is the list (an array).
    """
    if many:
        for one in parameters:
            yield from _each(one, False)
        return
    named = isinstance(parameters, Mapping)
    for place, value in parameters.items() if named else enumerate(parameters or ()):
        for item in value if isinstance(value, list) else (value,):
            yield place, item
