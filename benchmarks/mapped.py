"""Every workload through an ORM: the same code for accord and for SQLAlchemy, by module name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from benchmarks.model import CHILDREN, item_rows, orm
from benchmarks.workload import Turn, Workload

if TYPE_CHECKING:
    from benchmarks.database import Database


class Mapped(Workload):
    def __init__(self, library: str) -> None:
        self.library = library
        self.names = orm(library)

    def open(self, database: Database) -> None:
        self.engine = self.names.lib.create_engine(database.orm_url(self.library))
        _without_plugins(self.names.lib)
        self.session = self.names.orm.Session(self.engine, expire_on_commit=False)

    def insert(self, turn: Turn, n: int) -> list[Any]:
        Item, session, rows = self.names.Item, self.session, item_rows(n)
        with turn:
            items = [
                Item(name=name, category=category, price=price, quantity=quantity)
                for name, category, price, quantity in rows
            ]
            session.add_all(items)
            session.commit()
        return items

    def insert_graph(self, turn: Turn, n: int) -> list[Any]:
        Parent, Child, session = self.names.Parent, self.names.Child, self.session
        count = max(1, n // (CHILDREN + 1))
        with turn:
            parents = []
            for key in range(1, count + 1):
                parent = Parent(name=f"parent {key}", score=key % 100)
                for position in range(CHILDREN):
                    parent.children.append(Child(name=f"child {key}/{position}", position=position))
                parents.append(parent)
            session.add_all(parents)
            session.commit()
        return parents

    def load(self, turn: Turn) -> list[Any]:
        Item, session, select = self.names.Item, self.session, self.names.lib.select
        with turn:
            items = list(session.scalars(select(Item)).all())
            for item in items:
                item.id, item.name, item.category, item.price, item.quantity  # noqa: B018
        return items

    def load_graph(self, turn: Turn) -> list[Any]:
        names, session = self.names, self.session
        statement = names.lib.select(names.Parent).options(
            names.orm.selectinload(names.Parent.children)
        )
        with turn:
            parents = list(session.scalars(statement).all())
            for parent in parents:
                for child in parent.children:
                    child.position  # noqa: B018
        return parents

    def get(self, turn: Turn, keys: list[int]) -> list[Any]:
        Item, get = self.names.Item, self.session.get
        with turn:
            return [get(Item, key) for key in keys]

    def update(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        for item in items:
            item.quantity += 1
        with turn:
            self.session.commit()
        return items

    def update_few(self, turn: Turn, keys: list[int]) -> list[Any]:
        items = self.load(Turn())
        by_key = {item.id: item for item in items}
        for key in keys:
            by_key[key].quantity += 1
        with turn:
            self.session.commit()
        return items

    def delete(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        for item in items:
            self.session.delete(item)
        with turn:
            self.session.commit()
        return items

    def query(self, turn: Turn, values: list[tuple[int, int, str]]) -> list[Any]:
        select, session = self.names.lib.select, self.session
        Parent, Child = self.names.Parent, self.names.Child
        with turn:
            return [
                session.scalars(
                    select(Child)
                    .join(Parent, Child.parent_id == Parent.id)
                    .where(Parent.id == key)
                    .where(Child.position >= position)
                    .where(Child.name != name)
                    .order_by(Child.id)
                    .limit(1)
                ).first()
                for key, position, name in values
            ]

    def attributes(self) -> Any:
        return self.load(Turn())[0]

    def loaded(self) -> list[Any]:
        return list(self.session.scalars(self.names.lib.select(self.names.Item)).all())

    def reset(self) -> None:
        self.session.close()

    def close(self) -> None:
        self.session.close()
        self.engine.dispose()


def _without_plugins(library: Any) -> None:
    """Hook plugins that happen to be installed (an audit trail) are not what is measured."""
    if library.__name__ == "accord":
        hooks = importlib.import_module("accord.hooks")
        for plugin in hooks.plugins():
            hooks.unregister(plugin.name)
