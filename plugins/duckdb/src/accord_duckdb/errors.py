"""What duckdb's exceptions mean: by their classes, constraints by the words of the message.

Classes are known by name: nothing here imports the driver. In: an exception. Out: ErrorInfo.
"""

from __future__ import annotations

import re

from accord.dialect import ErrorInfo, ErrorKind

_KINDS = {
    ErrorKind.DISCONNECT: "ConnectionException FatalException InternalException",
    ErrorKind.STATEMENT_TIMEOUT: "InterruptException",
    ErrorKind.MISSING_OBJECT: "CatalogException BinderException",
    ErrorKind.SYNTAX: "ParserException",
    ErrorKind.NOT_SUPPORTED: "NotImplementedException",
    ErrorKind.INTERFACE: "InvalidInputException",
    ErrorKind.DATA: "DataError UnicodeEncodeError",
    ErrorKind.CANNOT_CONNECT: "IOException",
}
_CONSTRAINTS = {
    "violates primary key": ErrorKind.PRIMARY_KEY,
    "unique constraint": ErrorKind.UNIQUE,
    "not null": ErrorKind.NOT_NULL,
    "check": ErrorKind.CHECK,
    "foreign key": ErrorKind.FOREIGN_KEY,
}
_NAME = re.compile(r'(?:NOT NULL constraint failed: |Duplicate key ")([^\s:"]+)')


def classify(error: BaseException) -> ErrorInfo:
    """The kind of error; a conflict between transactions is worth another try."""
    classes, message = {class_.__name__ for class_ in type(error).__mro__}, str(error)
    if "ConstraintException" in classes:
        kinds = [kind for words, kind in _CONSTRAINTS.items() if words in message.lower()]
        name = _NAME.search(message)
        return ErrorInfo((*kinds, ErrorKind.CONSTRAINT)[0], name and name[1])
    if "TransactionException" in classes and "onflict" in message:
        return ErrorInfo(ErrorKind.SERIALIZATION, retryable=True)
    kind = next((k for k, names in _KINDS.items() if classes & set(names.split())), ErrorKind.OTHER)
    if kind is ErrorKind.CANNOT_CONNECT and "lock" in message:
        return ErrorInfo(kind, hint="DuckDB opens a file for one process at a time")
    return ErrorInfo(kind, disconnect=kind is ErrorKind.DISCONNECT)
