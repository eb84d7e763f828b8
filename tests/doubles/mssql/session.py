"""One session of the double's server: batches, transactions, settings.

In: the text of a batch, parameters already written into it. Out: one `Result` a statement, or a
ServerError. Statements on rows are in rows.py.
"""

from __future__ import annotations

import pickle
import re
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from . import functions, scanner
from .catalog import Table, quoted
from .errors import ENDS_TRANSACTION, ServerError, syntax
from .server import Server
from .translate import Translator, parse, table_key
from .values import SQLType

_NAME = r"(?P<name>(?:\[[^\]]*\]|[\w#@$.]+)+)"


class Result:
    """What one statement answers."""

    def __init__(
        self,
        names: list[str] | None = None,
        rows: list[tuple[Any, ...]] | None = None,
        count: int = -1,
        error: ServerError | None = None,
    ) -> None:
        self.names = names
        self.rows = rows or []
        self.count = count
        self.error = error  # raised while rows are fetched


def name_key(text: str) -> str:
    """The sqlite name of a table written as text."""
    return table_key(parse(f"SELECT 1 AS x FROM {text}").find(exp.Table))  # type: ignore[arg-type]  # there is one


class Session:
    """A connection as the server sees it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.data = sqlite3.connect(
            server.path, isolation_level=None, timeout=0.2, check_same_thread=False
        )
        self.data.execute("PRAGMA foreign_keys = ON")
        self.data.execute("PRAGMA synchronous = OFF")
        functions.register(self)
        self.transactions = 0
        self.savepoints: list[str] = []
        self.level = "READ COMMITTED"
        self.level_in_transaction = "READ COMMITTED"
        self.identity_insert: str | None = None
        self.scope_identity: int | None = None
        self.variables: dict[str, Any] = {}
        self.table_variables: set[str] = set()
        self.translator = Translator(self.variables, self.system)
        self.doomed = False

    def close(self) -> None:
        self.data.close()

    # -- batches -----------------------------------------------------------------------------------

    def batch(self, text: str) -> list[Result]:
        """Run every statement; the first error ends the batch (the driver cancels what is left)."""
        if scanner.unclosed(text):
            raise ServerError(
                105, f"Unclosed quotation mark after the character string '{text[-20:]}'.", 15
            )
        self.variables.clear()
        results = []
        try:
            for statement, ended in scanner.statements(text):
                results.append(self._guarded(statement, ended))
        finally:
            for name in self.table_variables:
                self.data.execute(f"DROP TABLE IF EXISTS temp.{quoted(name)}")
            self.table_variables.clear()
        return results

    def _guarded(self, statement: str, ended: bool) -> Result:
        self.server.statements.append(statement)
        try:
            fault = self.server.fault(statement)
            if fault is not None:
                raise fault
            canned = self.server.canned(statement)
            if canned is not None:
                names, rows = canned
                return Result(list(names), list(rows), len(rows))
            return self.statement(statement, ended)
        except sqlite3.OperationalError as error:
            raise self._of_sqlite(error) from error
        except ServerError as error:
            if error.number in ENDS_TRANSACTION:
                self._end(commit=False)
            raise

    def _of_sqlite(self, error: sqlite3.OperationalError) -> ServerError:
        text = str(error)
        if "locked" in text or "busy" in text:
            if self.level_in_transaction == "SNAPSHOT" and "SNAPSHOT" in getattr(
                error, "sqlite_errorname", ""
            ):
                self._end(commit=False)
                return ServerError(
                    3960, "Snapshot isolation transaction aborted due to update conflict."
                )
            return ServerError(1222, "Lock request time out period exceeded.")
        found = re.search(r"no such table: (?:temp\.)?(\S+)", text)
        if found is not None:
            return ServerError(208, f"Invalid object name '{found.group(1)}'.")
        found = re.search(r"no such column: \"?([^\" ]+)", text) or re.search(
            r"has no column named (\S+)", text
        )
        if found is not None:
            return ServerError(207, f"Invalid column name '{found.group(1)}'.")
        return ServerError(102, f"Incorrect syntax near '{text}'.", 15)

    def statement(self, text: str, ended: bool = False) -> Result:
        """One statement."""
        for pattern, handler in _FORMS:
            found = pattern.match(text)
            if found is not None:
                answer = handler(self, found)
                return answer if isinstance(answer, Result) else Result()
        from .rows import run

        return run(self, text, ended)

    # -- what statements ask about the session -----------------------------------------------------

    def system(self, name: str) -> Any:
        """@@TRANCOUNT and its relatives."""
        if name == "@@TRANCOUNT":
            return self.transactions
        if name == "XACT_STATE":
            return 0 if not self.transactions else (-1 if self.doomed else 1)
        if name == "SCOPE_IDENTITY":
            return self.scope_identity
        if name == "SCHEMA_NAME":
            return "dbo"
        if name == "@@DATEFIRST":
            return 7
        if name == "NEWID":
            import uuid

            return str(uuid.uuid4()).upper()
        raise syntax(name)

    def table(self, key: str) -> Table | None:
        found = self.data.execute(
            "SELECT description FROM accord_catalog WHERE name = ?", (key,)
        ).fetchone()
        return None if found is None else pickle.loads(found[0])

    def object_id(self, shown: str, kind: str | None = None) -> int | None:
        try:
            key = name_key(shown)
        except ServerError:
            return None
        full = key if "." in key else f"dbo.{key}"
        types = {None: "%", "U": "U%", "V": "V%", "SO": "SO%"}[kind]
        found = self.data.execute(
            "SELECT object_id FROM sys_objects WHERE full_name = ? AND type LIKE ?", (full, types)
        ).fetchone()
        return None if found is None else int(found[0])

    # -- transactions ------------------------------------------------------------------------------

    def begin(self) -> None:
        """contract: a transaction is begun by a statement; nested ones only count."""
        self.transactions += 1
        if self.transactions == 1:
            self.level_in_transaction = self.level
            if self.level not in ("READ COMMITTED", "READ UNCOMMITTED"):
                self.data.execute("BEGIN")

    def _end(self, *, commit: bool) -> None:
        self.transactions = 0
        self.savepoints.clear()
        self.doomed = False
        if self.data.in_transaction:
            self.data.execute("COMMIT" if commit else "ROLLBACK")

    def commit(self) -> None:
        if not self.transactions:
            raise ServerError(
                3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION."
            )
        if self.transactions > 1:
            self.transactions -= 1
        else:
            self._end(commit=True)

    def rollback(self, name: str | None) -> None:
        if not self.transactions:
            raise ServerError(
                3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION."
            )
        if name is None:
            self._end(commit=False)
            return
        if name not in self.savepoints:
            raise ServerError(
                6401,
                f"Cannot roll back {name}. No transaction or savepoint of that name was found.",
            )
        del self.savepoints[self.savepoints.index(name) + 1 :]
        self.data.execute(f"ROLLBACK TO {quoted('sp_' + name)}")

    def save(self, name: str) -> None:
        """contract: SAVE TRANSACTION, no release."""
        if not self.transactions:
            raise ServerError(
                628, "Cannot issue SAVE TRANSACTION when there is no active transaction."
            )
        if len(name) > 32:
            raise ServerError(103, f"The identifier that starts with '{name}' is too long.", 15)
        if not self.data.in_transaction:
            self.data.execute("BEGIN")
        self.savepoints.append(name)
        self.data.execute(f"SAVEPOINT {quoted('sp_' + name)}")

    def writing(self, act: Callable[[], Result]) -> Result:
        """A statement that writes: all of it or nothing."""
        if not self.data.in_transaction:
            self.data.execute("BEGIN IMMEDIATE")
        self.data.execute('SAVEPOINT "accord_statement"')
        try:
            result = act()
            self.data.execute('RELEASE "accord_statement"')
        except BaseException:
            if self.data.in_transaction:
                self.data.execute('ROLLBACK TO "accord_statement"')
                self.data.execute('RELEASE "accord_statement"')
                if not self.transactions:
                    self.data.execute("ROLLBACK")
            raise
        if not self.transactions:
            self.data.execute("COMMIT")
        return result


# --- the forms of statements that are no rows --------------------------------------------------


def _isolation(session: Session, found: re.Match[str]) -> None:
    level = found["level"].upper()
    if level == "SNAPSHOT" and session.transactions and session.level_in_transaction != "SNAPSHOT":
        session._end(commit=False)
        raise ServerError(
            3951,
            "Transaction failed in database 'accord' because the statement was run under snapshot "
            "isolation but the transaction did not start in snapshot isolation.",
        )
    session.level = level


def _identity_insert(session: Session, found: re.Match[str]) -> None:
    """contract: SET IDENTITY_INSERT; docs: one table of a session at a time."""
    key = name_key(found["name"])
    table = session.table(key)
    if table is None:
        raise ServerError(1088, f'Cannot find the object "{key}".')
    if table.identity is None:
        raise ServerError(
            8106,
            f"Table '{table.key}' does not have the identity property. Cannot perform SET "
            "operation.",
        )
    if found["value"].upper() == "OFF":
        if session.identity_insert == table.key:
            session.identity_insert = None
        return
    if session.identity_insert not in (None, table.key):
        raise ServerError(
            8107,
            f"IDENTITY_INSERT is already ON for table '{session.identity_insert}'. Cannot perform "
            f"SET operation for table '{table.key}'.",
        )
    session.identity_insert = table.key


def _if(session: Session, found: re.Match[str]) -> Result:
    rest = found["rest"]
    verbs = ("ROLLBACK", "COMMIT", "CREATE", "DROP", "ALTER", "EXEC", "SELECT", "INSERT", "UPDATE")
    cut = scanner.split_at(rest, *verbs)
    if cut is None:
        raise syntax("IF")
    condition, then = cut
    alternative = scanner.split_at(then, "ELSE")
    otherwise = None
    if alternative is not None:
        then, otherwise = alternative[0], alternative[1][len("ELSE") :]
    tree = parse(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END AS x")
    session.translator.check(tree)
    (yes,) = session.data.execute(session.translator.text(tree)).fetchone()
    chosen = then if yes else otherwise
    return Result() if chosen is None else session.statement(chosen.strip())


def _declare(session: Session, found: re.Match[str]) -> None:
    rest = found["rest"].strip()
    table = re.match(r"(@\w+)\s+TABLE\s*\((.*)\)\s*$", rest, re.I | re.S)
    if table is not None:
        name = table.group(1).lower()
        columns = []
        for part in _top_level(table.group(2)):
            column, _, kind = part.strip().partition(" ")
            SQLType(kind)
            columns.append(quoted(column.strip("[]")))
        session.data.execute(f"CREATE TEMP TABLE {quoted(name)} ({', '.join(columns)})")
        session.table_variables.add(name)
        return
    for part in _top_level(rest):
        declared = re.match(r"\s*(@\w+)\s+([\w()]+)\s*(?:=\s*(.*))?$", part, re.S)
        if declared is None:
            raise syntax(part)
        value = None
        if declared.group(3):
            tree = parse(f"SELECT {declared.group(3)} AS x")
            (value,) = session.data.execute(session.translator.text(tree)).fetchone()
        session.variables[declared.group(1).lower()] = value


def _top_level(text: str) -> list[str]:
    parts, start = [], 0
    for word, begin, end in scanner.words(text):
        if word == ",":
            parts.append(text[start:begin])
            start = end
    return [*parts, text[start:]]


def _exec_text(session: Session, found: re.Match[str]) -> Result:
    text = found["text"].replace("''", "'")
    return session.statement(text)


def _exec(session: Session, found: re.Match[str]) -> Result:
    from .procedures import call

    return call(session, found["name"], _top_level(found["arguments"]))


def _set(session: Session, found: re.Match[str]) -> None:
    known = (
        "NOCOUNT",
        "XACT_ABORT",
        "LOCK_TIMEOUT",
        "ANSI_NULLS",
        "QUOTED_IDENTIFIER",
        "DATEFIRST",
    )
    if found["name"].upper() not in known:
        raise ServerError(195, f"'{found['name']}' is not a recognized SET option.", 15)


def _create_schema(session: Session, found: re.Match[str]) -> None:
    name = found["name"].strip("[]")
    try:
        session.data.execute("INSERT INTO sys_schemas (name) VALUES (?)", (name,))
    except sqlite3.IntegrityError:
        raise ServerError(
            2714, f"There is already an object named '{name}' in the database."
        ) from None


def _drop_schema(session: Session, found: re.Match[str]) -> None:
    name = found["name"].strip("[]")
    gone = session.data.execute("DELETE FROM sys_schemas WHERE name = ?", (name,))
    if not gone.rowcount and not found["exists"]:
        raise ServerError(15151, f"Cannot drop the schema '{name}', because it does not exist.")


def _refuse(session: Session, found: re.Match[str]) -> None:
    raise syntax(found.group().split()[0])


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.S)


_FORMS: list[tuple[re.Pattern[str], Callable[[Session, re.Match[str]], Any]]] = [
    (_form(r"BEGIN\s+TRAN(?:SACTION)?\s*$"), lambda s, m: s.begin()),
    (_form(r"COMMIT(?:\s+TRAN(?:SACTION)?)?\s*$"), lambda s, m: s.commit()),
    (
        _form(r"ROLLBACK(?:\s+TRAN(?:SACTION)?(?:\s+(?P<name>\w+))?)?\s*$"),
        lambda s, m: s.rollback(m["name"]),
    ),
    (_form(r"SAVE\s+TRAN(?:SACTION)?\s+(?P<name>\w+)\s*$"), lambda s, m: s.save(m["name"])),
    # contract: SAVE TRANSACTION and no release; the standard's words are no T-SQL
    (_form(r"(?:SAVEPOINT|RELEASE|ROLLBACK\s+TO|BEGIN\s*$|BEGIN\s+IMMEDIATE|START)\b.*"), _refuse),
    (_form(r"SET\s+TRANSACTION\s+ISOLATION\s+LEVEL\s+(?P<level>[A-Z ]+?)\s*$"), _isolation),
    (_form(rf"SET\s+IDENTITY_INSERT\s+{_NAME}\s+(?P<value>ON|OFF)\s*$"), _identity_insert),
    (_form(r"SET\s+(?P<name>\w+)\s+[-\w]+\s*$"), _set),
    (_form(r"IF\s+(?P<rest>.*)$"), _if),
    (_form(r"DECLARE\s+(?P<rest>.*)$"), _declare),
    (_form(r"EXEC(?:UTE)?\s*\(\s*N?'(?P<text>(?:[^']|'')*)'\s*\)\s*$"), _exec_text),
    (_form(rf"EXEC(?:UTE)?\s+{_NAME}\s*(?P<arguments>.*)$"), _exec),
    (_form(r"CREATE\s+SCHEMA\s+(?P<name>\S+)\s*$"), _create_schema),
    (_form(r"DROP\s+SCHEMA\s+(?P<exists>IF\s+EXISTS\s+)?(?P<name>\S+)\s*$"), _drop_schema),
]
