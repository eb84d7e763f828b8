"""The driver's objects: connect, Connection, Cursor, as python-oracledb presents them.

In: calls of the DB-API. Out: rows, Vars, the driver's errors. Types, exceptions and constants are
python-oracledb's own.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Sequence
from typing import Any

import oracledb
from oracledb import errors
from oracledb.connection import Xid

from . import branching, executing
from .binding import Binder, Var, checked_parameters, checked_rows
from .catalog import Column
from .defining import define
from .executing import Answer
from .failures import NotExecuted, dpy, ora
from .server import Server
from .session import Session
from .statement import Statement, read
from .storing import decode, exact_number

_BLOCK = re.compile(r"(?is)begin\s+((?::\w+\s*:=\s*[^;]+;\s*)+)end\s*;?")
_ASSIGNMENT = re.compile(r":(\w+)\s*:=\s*([^;]+);")
_LOBS = {
    oracledb.DB_TYPE_CLOB: oracledb.DB_TYPE_LONG,
    oracledb.DB_TYPE_NCLOB: oracledb.DB_TYPE_LONG_NVARCHAR,
    oracledb.DB_TYPE_BLOB: oracledb.DB_TYPE_LONG_RAW,
}


class LOB:
    """A locator; `read()` brings the content."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def read(self, offset: int = 1, amount: int | None = None) -> Any:
        return self._content

    def size(self) -> int:
        return len(self._content)


class FetchInfo:
    """What a result column is; also a tuple of seven."""

    def __init__(self, name: str, type_: Any, column: Column | None) -> None:
        number = type_ is oracledb.DB_TYPE_NUMBER
        self.name = name
        self.type_code = type_
        self.type = type_
        self.precision = (
            (column.type.precision or 0) if column and number else (0 if number else None)
        )
        self.scale = (
            (column.type.scale if column and column.type.scale is not None else -127)
            if number else None
        )  # fmt: skip
        self.display_size = self.internal_size = column.type.size if column else None
        self.null_ok = column.nullable if column else True

    def __getitem__(self, place: Any) -> Any:
        return (
            self.name, self.type_code, self.display_size, self.internal_size, self.precision,
            self.scale, self.null_ok,
        )[place]  # fmt: skip

    def __len__(self) -> int:
        return 7


class Cursor:
    """A cursor."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.arraysize = 100
        self.prefetchrows = 2
        self.outputtypehandler: Callable[..., Any] | None = None
        self.inputtypehandler: Callable[..., Any] | None = None
        self.rowfactory: Callable[..., Any] | None = None
        self.description: list[FetchInfo] | None = None
        self.rowcount = -1
        self.lastrowid: str | None = None
        self.bindvars: list[Any] = []
        self.statement: str | None = None
        self._open = True
        self._rows: list[Any] = []
        self._sizes: tuple[Sequence[Any], dict[str, Any]] = ((), {})
        self._batch_errors: list[Any] = []
        self._counts: list[int] | None = None
        self._variables: dict[str, Any] = {}

    # --- state ------------------------------------------------------------------------------------

    def _verify(self) -> Session:
        if not self._open:
            dpy(errors.ERR_CURSOR_NOT_OPEN)
        return self.connection._verify()

    def close(self) -> None:
        if not self._open:
            dpy(errors.ERR_CURSOR_NOT_OPEN)
        self._open = False

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False

    def setinputsizes(self, *args: Any, **kwargs: Any) -> list[Any] | dict[str, Any]:
        self._verify()
        if args and kwargs:
            dpy(errors.ERR_ARGS_AND_KEYWORD_ARGS)
        for given in (*args, *kwargs.values()):
            if not (given is None or isinstance(given, int | Var | list)):
                Var(given)
        self._sizes = (args, dict(kwargs))
        return list(args) or dict(kwargs)

    def setoutputsize(self, size: int, column: int = 0) -> None:
        self._verify()

    def var(
        self,
        typ: Any,
        size: int = 0,
        arraysize: int = 1,
        inconverter: Callable[[Any], Any] | None = None,
        outconverter: Callable[[Any], Any] | None = None,
        typename: str | None = None,
        encoding_errors: str | None = None,
        bypass_decode: bool = False,
        convert_nulls: bool = False,
    ) -> Var:
        self._verify()
        return Var(typ, size, arraysize, inconverter, outconverter, convert_nulls)

    # --- execute ----------------------------------------------------------------------------------

    def execute(
        self,
        statement: str | None,
        parameters: Any = None,
        *,
        suspend_on_success: bool = False,
        fetch_lobs: bool | None = None,
        fetch_decimals: bool | None = None,
        **keyword_parameters: Any,
    ) -> Cursor | None:
        session = self._verify()
        given = checked_parameters(parameters, keyword_parameters)
        prepared = self._prepare(statement)
        rows, outs = self._bind(session, prepared, [given])
        self._begin_execution(session, prepared)
        answer = self._run(session, prepared, rows[0])
        self.rowcount = 0 if prepared.is_query else answer.count
        self._return(session, outs, [answer])
        self.lastrowid = _rowid(answer) if prepared.is_dml else None
        self._finish(session, prepared)
        if answer.columns is None:
            return None
        self._take(answer, fetch_lobs, fetch_decimals)
        return self

    def executemany(
        self,
        statement: str | None,
        parameters: Any,
        *,
        batcherrors: bool = False,
        arraydmlrowcounts: bool = False,
        suspend_on_success: bool = False,
        batch_size: int = 2**32 - 1,
    ) -> None:
        session = self._verify()
        given, count = checked_rows(parameters)
        prepared = self._prepare(statement)
        if (batcherrors or arraydmlrowcounts) and not prepared.is_dml:
            dpy(errors.ERR_EXECUTE_MODE_ONLY_FOR_DML)
        if prepared.is_query:
            dpy(
                errors.ERR_FEATURE_NOT_SUPPORTED,
                feature="executemany of a query",
                driver_type="thin",
            )
        self._counts = [] if arraydmlrowcounts else None
        self._batch_errors = []
        if count == 0:
            self.rowcount = 0
            return
        rows, outs = self._bind(session, prepared, list(given))
        self._begin_execution(session, prepared)
        answers: list[Answer] = []
        self.rowcount = 0
        for place, row in enumerate(rows):
            try:
                answer = self._run(session, prepared, row)
            except oracledb.Error as error:
                if not batcherrors:
                    self._return(session, outs, answers)
                    raise
                detail = error.args[0]
                detail.offset = place
                self._batch_errors.append(detail)
                answer = Answer()
            answers.append(answer)
            self.rowcount += answer.count
            if self._counts is not None:
                self._counts.append(answer.count)
        self._return(session, outs, answers)
        self.lastrowid = _rowid(answers[-1])
        self._finish(session, prepared)

    def _prepare(self, text: str | None) -> Statement:
        if text is None:
            text = self.statement
        if text is None:
            dpy(errors.ERR_NO_STATEMENT)
        text = text.strip()
        if not text:
            dpy(errors.ERR_EMPTY_STATEMENT)
        self.statement = text
        self.description = None
        self._rows = []
        return read(text)

    def _bind(
        self, session: Session, prepared: Statement, rows: list[Any]
    ) -> tuple[list[dict[str, Any]], list[Var]]:
        sizes, self._sizes = self._sizes, ((), {})
        handler = self.inputtypehandler or self.connection.inputtypehandler
        binder = Binder(self, prepared, sizes, handler, session.server.major)
        if not prepared.binds and not any(rows):
            return [{} for _ in rows], []
        bound = binder.columns(rows)
        self._variables = binder.variables
        return bound

    def _begin_execution(self, session: Session, prepared: Statement) -> None:
        server = session.server
        server.statements.append(prepared.text)
        for place, (wanted, error) in enumerate(server.failures):
            if wanted(prepared.text):
                del server.failures[place]
                detail = error.args[0]
                if detail.is_session_dead:
                    server.kill(session)
                raise error

    def _run(self, session: Session, prepared: Statement, values: dict[str, Any]) -> Answer:
        if prepared.is_ddl and not _is_session(prepared.text):
            define(session, prepared)
            return Answer()
        special = _SPECIAL.get(prepared.verb)
        if special is not None:
            special(session, prepared.text)
            return Answer()
        if not (prepared.is_query or prepared.is_dml):
            if prepared.is_plsql:
                return self._block(session, prepared, values)
            ora(900, "invalid SQL statement")
        session.begin()
        plan = self.connection._plan(session, prepared)
        answer = executing.execute(session, plan, values)
        answer.plan = plan  # type: ignore[attr-defined]  # for the types of out binds
        return answer

    def _block(self, session: Session, prepared: Statement, values: dict[str, Any]) -> Answer:
        """``BEGIN :x := expression; … END;``: a value for each variable that is assigned to."""
        body = _BLOCK.fullmatch(prepared.text)
        if body is None:
            raise NotExecuted("PL/SQL that does more than assign to binds")
        by_name = {bind.name: values[f"B{n}"] for n, bind in enumerate(prepared.binds, 1)}
        for target, expression in _ASSIGNMENT.findall(body[1]):
            query = read(f"SELECT {expression} FROM dual")
            given = {f"B{n}": by_name[bind.name] for n, bind in enumerate(query.binds, 1)}
            answer = executing.execute(session, self.connection._plan(session, query), given)
            variable = self._variables[target.upper()]
            variable.values[0] = _converted(answer.rows[0][0], variable)
        return Answer()

    def _return(self, session: Session, outs: list[Var], answers: list[Answer]) -> None:
        """Out binds: for each execution a list, one value for each row."""
        for place, variable in enumerate(outs):
            for row, answer in enumerate(answers):
                variable.values[row] = [
                    _converted(values[place], variable) for values in answer.returned
                ]

    def _finish(self, session: Session, prepared: Statement) -> None:
        if self.connection.autocommit and prepared.is_dml:
            session.commit()

    # --- fetch ------------------------------------------------------------------------------------

    def _take(self, answer: Answer, lobs: bool | None, decimals: bool | None) -> None:
        assert answer.columns is not None
        handler = self.outputtypehandler or self.connection.outputtypehandler
        self.description = []
        converters = []
        for place, (name, column) in enumerate(answer.columns):
            type_ = executing.result_type(column, answer.rows, place)
            info = FetchInfo(name, type_, column)
            self.description.append(info)
            variable = handler(self, info) if handler is not None else None
            if variable is not None and not isinstance(variable, Var):
                dpy(errors.ERR_EXPECTING_VAR)
            if variable is not None and variable.num_elements < self.arraysize:
                dpy(
                    errors.ERR_INCORRECT_VAR_ARRAYSIZE,
                    var_arraysize=variable.num_elements,
                    required_arraysize=self.arraysize,
                )
            converters.append(_fetcher(info, variable, lobs, decimals))
        self._rows = [
            tuple([convert(value) for convert, value in zip(converters, row, strict=True)])
            for row in answer.rows
        ]
        self._rows.reverse()

    def _verify_fetch(self) -> None:
        session = self._verify()
        session.refuse_dead()
        if self.description is None:
            dpy(errors.ERR_NOT_A_QUERY)

    def fetchone(self) -> Any:
        self._verify_fetch()
        if not self._rows:
            return None
        self.rowcount += 1
        row = self._rows.pop()
        return row if self.rowfactory is None else self.rowfactory(*row)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        self._verify_fetch()
        wanted = min(self.arraysize if size is None else size, len(self._rows))
        return [self.fetchone() for _ in range(wanted)]

    def fetchall(self) -> list[Any]:
        self._verify_fetch()
        if self.rowfactory is not None:
            return [self.fetchone() for _ in range(len(self._rows))]
        rows, self._rows = self._rows[::-1], []
        self.rowcount += len(rows)
        return rows

    def __iter__(self) -> Cursor:
        self._verify_fetch()
        return self

    def __next__(self) -> Any:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def getbatcherrors(self) -> list[Any]:
        self._verify()
        return self._batch_errors

    def getarraydmlrowcounts(self) -> list[int]:
        self._verify()
        if self._counts is None:
            dpy(errors.ERR_ARRAY_DML_ROW_COUNTS_NOT_ENABLED)
        return self._counts


def _rowid(answer: Answer) -> str | None:
    """Oracle's ROWID, as text; None when no row was touched."""
    return None if answer.rowid is None else f"AAASdqAAEAAA{answer.rowid:06X}"


def _number(value: Any) -> Any:
    """As the driver gives a NUMBER: int when whole, else float."""
    if isinstance(value, decimal.Decimal):
        whole = int(value)
        return whole if whole == value else float(value)
    return int(value) if isinstance(value, float) and value == int(value) else value


def _converted(stored: Any, variable: Var) -> Any:
    """A stored value as a variable of a type gives it out."""
    value = decode(stored)
    if value is not None:
        if variable.type is oracledb.DB_TYPE_NUMBER:
            exact = exact_number(stored)
            if isinstance(exact, str):
                dpy(errors.ERR_INCONSISTENT_DATATYPES, input_type="VARCHAR", output_type="NUMBER")
            value = decimal.Decimal(exact) if variable.as_decimal else _number(exact)
        elif variable.type in (oracledb.DB_TYPE_BINARY_DOUBLE, oracledb.DB_TYPE_BINARY_FLOAT):
            value = float(value)
        elif variable.type in _LOBS:
            value = LOB(value)
        elif variable.type in (oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_NVARCHAR):
            value = str(value)
            if variable.size and len(value) > variable.size:
                ora(22835, "Buffer too small for CLOB to CHAR conversion")
    if variable.outconverter is not None and (value is not None or variable.convert_nulls):
        value = variable.outconverter(value)
    return value


def _fetcher(
    info: FetchInfo, variable: Var | None, lobs: bool | None, decimals: bool | None
) -> Callable[[Any], Any]:
    type_ = info.type_code
    if variable is not None:
        _refuse_conversion(type_, variable.type)
        return lambda stored: _converted(stored, variable)
    if type_ in _LOBS:
        as_lob = oracledb.defaults.fetch_lobs if lobs is None else lobs
        return lambda stored: None if stored is None else (
            LOB(decode(stored)) if as_lob else decode(stored)
        )  # fmt: skip
    if type_ is oracledb.DB_TYPE_NUMBER:
        exact = oracledb.defaults.fetch_decimals if decimals is None else decimals
        made = Var(decimal.Decimal if exact else oracledb.DB_TYPE_NUMBER)
        return lambda stored: _converted(stored, made)
    if type_ in (oracledb.DB_TYPE_BINARY_DOUBLE, oracledb.DB_TYPE_BINARY_FLOAT):
        return lambda stored: None if stored is None else float(decode(stored))
    return decode


def _refuse_conversion(fetched: Any, wanted: Any) -> None:
    """README: an outputtypehandler may ask for a few other types only."""
    allowed = {fetched, _LOBS.get(fetched)}
    if fetched is oracledb.DB_TYPE_NUMBER:
        allowed |= {oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_BINARY_DOUBLE}
    if wanted not in allowed:
        dpy(
            errors.ERR_INCONSISTENT_DATATYPES,
            input_type=fetched.name,
            output_type=wanted.name,
        )


# --- statements without a tree -------------------------------------------------------------------


def _is_session(text: str) -> bool:
    return text.upper().split()[:2] == ["ALTER", "SESSION"]


def _alter_session(session: Session, text: str) -> None:
    import datetime as dt
    import re

    zone = re.search(r"TIME_ZONE\s*=\s*'([+-])(\d\d):(\d\d)'", text, re.IGNORECASE)
    level = re.search(
        r"ISOLATION_LEVEL\s*=\s*(SERIALIZABLE|READ COMMITTED)\s*\Z", text, re.IGNORECASE
    )
    schema = re.search(r"CURRENT_SCHEMA\s*=\s*(\w+)", text, re.IGNORECASE)
    if zone:
        offset = dt.timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        session.zone = dt.timezone(-offset if zone[1] == "-" else offset)
    elif level:
        if session.in_progress:
            ora(1453, "SET TRANSACTION must be first statement of transaction")
        session.serializable = level[1].upper() == "SERIALIZABLE"
    elif schema:
        session.schema = schema[1].upper()
    else:
        ora(2248, "invalid option for ALTER SESSION")


def _savepoint(session: Session, text: str) -> None:
    words = text.split()
    if len(words) != 2:
        ora(3001, "unimplemented feature")
    session.savepoint(words[1].upper())


def _rollback(session: Session, text: str) -> None:
    words = text.upper().split()
    if words == ["ROLLBACK"]:
        session.rollback()
    elif words[1:-1] in (["TO", "SAVEPOINT"], ["TO"]):
        session.rollback_to(words[-1])
    else:
        ora(933, "SQL command not properly ended")


def _commit(session: Session, text: str) -> None:
    session.commit()


def _release(session: Session, text: str) -> None:
    ora(900, "invalid SQL statement")  # README: "No RELEASE SAVEPOINT"


_SPECIAL: dict[str, Callable[[Session, str], None]] = {
    "ALTER": _alter_session,
    "SAVEPOINT": _savepoint,
    "ROLLBACK": _rollback,
    "COMMIT": _commit,
    "RELEASE": _release,
}


# --- connections ---------------------------------------------------------------------------------


class Connection:
    """A connection."""

    def __init__(self, server: Server, username: str, dsn: str) -> None:
        self._session: Session | None = Session(server, username.upper())
        self._server = server
        self._plan_cache: dict[str, Any] = {}
        self.username = username
        self.dsn = dsn
        self.autocommit = False
        self.inputtypehandler: Callable[..., Any] | None = None
        self.outputtypehandler: Callable[..., Any] | None = None
        self.version = server.version
        self.thin = True
        self.stmtcachesize = 20
        self.call_timeout = 0

    def _verify(self) -> Session:
        if self._session is None:
            dpy(errors.ERR_NOT_CONNECTED)
        self._session.refuse_dead()
        return self._session

    def _plan(self, session: Session, prepared: Statement) -> Any:
        key = f"{session.schema}\0{prepared.text}"
        found = self._plan_cache.get(key)
        marks = self._server.catalog.generation
        if found is None or found[0] != marks:
            if len(self._plan_cache) > 500:
                self._plan_cache = {}
            found = self._plan_cache[key] = (marks, executing.plan(session, prepared))
        return found[1]

    def cursor(self, scrollable: bool = False) -> Cursor:
        if self._session is None:
            dpy(errors.ERR_NOT_CONNECTED)
        return Cursor(self)

    def commit(self) -> None:
        self._verify().commit()

    def rollback(self) -> None:
        self._verify().rollback()

    def close(self) -> None:
        session, self._session = self._session, None
        if session is None:
            dpy(errors.ERR_NOT_CONNECTED)
        session.abandon()

    def ping(self) -> None:
        self._verify()

    def is_healthy(self) -> bool:
        return self._session is not None and not self._session.dead and not self._server.down

    def cancel(self) -> None:
        self._verify()

    @property
    def transaction_in_progress(self) -> bool:
        return self._verify().in_progress

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self.close()

    # --- two-phase --------------------------------------------------------------------------------

    def xid(self, format_id: int, global_transaction_id: Any, branch_qualifier: Any) -> Any:
        return Xid(format_id, global_transaction_id, branch_qualifier)

    def tpc_begin(self, xid: Any, flags: int = branching.NEW, timeout: int = 0) -> None:
        branching.begin(self._verify(), _key(xid), flags)

    def tpc_end(self, xid: Any = None, flags: int = 0) -> None:
        branching.end(self._verify(), _optional_key(xid), flags)

    def tpc_prepare(self, xid: Any = None) -> bool:
        return branching.prepare(self._verify(), _optional_key(xid))

    def tpc_commit(self, xid: Any = None, one_phase: bool = False) -> None:
        branching.commit(self._verify(), _optional_key(xid), one_phase)

    def tpc_rollback(self, xid: Any = None) -> None:
        branching.rollback(self._verify(), _optional_key(xid))

    def tpc_forget(self, xid: Any) -> None:
        branching.forget(self._verify(), _key(xid))

    def tpc_recover(self) -> list[Any]:
        with self.cursor() as cursor:
            cursor.execute("select formatid, globalid, branchid from dba_pending_transactions")
            cursor.rowfactory = Xid
            return cursor.fetchall()


def _key(xid: Any) -> Any:
    if not isinstance(xid, Xid):
        raise TypeError("expecting transaction id created with xid()")
    parts = [
        part.encode() if isinstance(part, str) else bytes(part)
        for part in (xid.global_transaction_id, xid.branch_qualifier)
    ]
    if any(len(part) > 64 for part in parts):
        # README: each at most 64 bytes.
        dpy(errors.ERR_PARAM_SIZE_TOO_LARGE, name="xid", size=64)
    return (xid.format_id, *parts)


def _optional_key(xid: Any) -> Any:
    return None if xid is None else _key(xid)


def connect(server: Server, dsn: str | None = None, **options: Any) -> Connection:
    """oracledb.connect against a server of the double."""
    host = options.get("host")
    if server.down or (host is not None and host not in ("double", "localhost")):
        dpy(errors.ERR_CONNECTION_FAILED, connection_id="double")
    service = options.get("service_name")
    if service is not None and service != server.service:
        dpy(
            errors.ERR_INVALID_SERVICE_NAME,
            service_name=service, host=host, port=options.get("port"),
        )  # fmt: skip
    user = options.get("user")
    if user is None:
        dpy(errors.ERR_NO_CREDENTIALS)
    if user.upper() != server.user or options.get("password") != server.password:
        ora(1017, "invalid username/password; logon denied")
    return Connection(server, user, dsn or f"{host}:{options.get('port')}")
