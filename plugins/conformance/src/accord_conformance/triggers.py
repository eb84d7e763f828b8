"""A trigger for tests, in whatever words this database takes.

CREATE TRIGGER is spelled differently everywhere and the kit knows no database by name: it tries
the spellings one after the other. A database that takes none of them is UNPROVEN in those tests,
until its spelling is added here. In: a kit and a table with a column n. Out: a trigger, dropped
with its table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.exc import AccordError
from accord.sql.identifiers import quote_identifier
from accord_conformance.model import Unproven

if TYPE_CHECKING:
    from accord import Table
    from accord_conformance.kit import Kit

SPELLINGS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TRIGGER {trigger} AFTER INSERT ON {table} BEGIN "
        "UPDATE {table} SET n = n + {amount} WHERE id = NEW.id; END",
    ),
    (
        "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        "$body$ BEGIN NEW.n := NEW.n + {amount}; RETURN NEW; END $body$",
        "CREATE TRIGGER {trigger} BEFORE INSERT ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION {function}()",
    ),
    (
        "CREATE TRIGGER {trigger} BEFORE INSERT ON {table} FOR EACH ROW "
        "SET NEW.n = NEW.n + {amount}",
    ),
    (
        "CREATE TRIGGER {trigger} BEFORE INSERT ON {table} FOR EACH ROW "
        "BEGIN :NEW.n := :NEW.n + {amount}; END;",
    ),
    (
        "CREATE TRIGGER {trigger} ON {table} AFTER INSERT AS BEGIN SET NOCOUNT ON; "
        "UPDATE {table} SET n = n + {amount} WHERE id IN (SELECT id FROM inserted) END",
    ),
)


def add_to_n(kit: Kit, table: Table, amount: int) -> None:
    """Every inserted row gets `amount` added to its n."""
    target = kit.dialect.target
    trigger, function = kit.name("trigger"), kit.name("function")
    words = {
        "trigger": quote_identifier(trigger, target),
        "function": quote_identifier(function, target),
        "table": quote_identifier(table.name, target),
        "amount": amount,
    }
    refusals = []
    for spelling in SPELLINGS:
        try:
            for text in spelling:
                with kit.engine.connect() as connection:
                    connection.exec_driver_sql(text.format(**words))
                    connection.commit()
        except AccordError as error:
            refusals.append(str(error).split("\n", 1)[0])
            continue
        if len(spelling) > 1:
            kit.at_drop(f"DROP FUNCTION {words['function']}")
        return
    raise Unproven(
        "a trigger, and the database takes none of the spellings the kit knows (or the privilege "
        f"to create one is missing): {'; '.join(refusals)}"
    )
