"""Rewriting nodes, column collections, and what the ORM hooks into statements."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from corpus import BUILDERS
from world import address, fact, node, parameters, text, user

from accord.exc import (
    AmbiguousForeignKeysError,
    ArgumentError,
    InvalidRequestError,
    NoForeignKeysError,
)
from accord.schema import Column, ForeignKey, MetaData, Table
from accord.sql import (
    BindParameter,
    ColumnCollection,
    Entity,
    EntityColumn,
    JoinTarget,
    and_,
    column,
    func,
    insert,
    join,
    literal,
    outerjoin,
    select,
    text as sql_text,
    update,
)
from accord.sql.adapt import replaced
from accord.sql.coercion import executable
from accord.sql.nodes import walk
from accord.sqltypes import Integer, String

# --- rewriting ------------------------------------------------------------------------------------


def onto(alias):
    def swap(part):
        return alias.c[part.key] if getattr(part, "table", None) is user else None

    return swap


def test_columns_are_exchanged_everywhere():
    a = user.alias("a")
    condition = and_(
        user.c.id == 5,
        user.c.name.like("x"),
        func.lower(user.c.name).in_(["p", "q"]),
        ~user.c.active,
    )
    found = replaced(condition, onto(a))
    assert str(found).replace("a.", "user_account.") == str(condition)
    assert "a.id = :id_1" in str(found)
    assert parameters(found) == parameters(condition)
    assert found.cache_key != condition.cache_key
    assert found.has_anon


def test_what_does_not_change_is_shared():
    condition = address.c.id == 1
    assert replaced(condition, onto(user.alias())) is condition
    both = and_(user.c.id == 1, condition)
    assert replaced(both, onto(user.alias())).clauses[1] is condition


@pytest.mark.parametrize("name", BUILDERS)
def test_every_construct_survives_being_rebuilt(name):
    """Each parameter replaced by another object: everything above it is made anew."""
    statement = BUILDERS[name](3, "x")

    def renew(part):
        return part.with_value(part.value) if isinstance(part, BindParameter) else None

    again = replaced(statement, renew)
    if statement.binds:
        assert again is not statement
    assert " ".join(str(again).split()) == " ".join(str(statement).split())
    assert list(again.compile().params.values()) == list(statement.compile().params.values())


def test_walk_sees_everything():
    names = {part.visit_name for part in walk(BUILDERS["scalar"](1, "x"))}
    assert {
        "select",
        "label",
        "scalar_select",
        "column",
        "binary",
        "bindparam",
        "function",
    } <= names


# --- collections ----------------------------------------------------------------------------------


def test_collections():
    columns = user.c
    assert columns.keys() == ["id", "name", "fullname", "active"]
    assert columns["id"] is columns.id is columns[0]
    assert [c.name for c in columns] == columns.keys()
    assert "id" in columns
    assert user.c.id in columns
    assert address.c.id not in columns
    assert columns.contains_column(user.c.id)
    assert len(columns) == 4
    assert columns.get("nosuch") is None
    assert columns["id", "name"].keys() == ["id", "name"]
    assert columns[1:3].keys() == ["name", "fullname"]
    assert dict(columns.items())["name"] is user.c.name
    assert columns.values()[0] is user.c.id
    with pytest.raises(KeyError, match="has no column 'nosuch'; it has id, name"):
        columns["nosuch"]
    with pytest.raises(AttributeError, match="no column 'nosuch'"):
        columns.nosuch
    with pytest.raises(ArgumentError, match="needs a name"):
        ColumnCollection([(None, column(None))])


def test_columns_of_derived_tables_know_where_they_come_from():
    q = select(user.c.id.label("x"), (user.c.id + 1).label("y"), address.c.user_id).subquery()
    a = q.alias()
    assert a.c.x.origin is user.c.id
    assert a.c.x.primary_key
    assert a.c.y.origin is None
    assert a.corresponding_column(user.c.id) is a.c.x
    assert {key.column for key in a.c.user_id.foreign_keys} == {user.c.id}
    assert [c.key for c in user.alias().primary_key] == ["id"]


# --- joining by foreign keys ----------------------------------------------------------------------


def test_joins_through_aliases_and_subqueries():
    a = user.alias("a")
    assert text(select(a.c.id).join(address)).endswith(
        "FROM user_account AS a JOIN address ON a.id = address.user_id"
    )
    q = select(address.c.user_id).subquery("q")
    assert text(select(user.c.id).join(q)).endswith("AS q ON user_account.id = q.user_id")
    made = join(user, address)
    assert text(outerjoin(made, fact, fact.c.n == user.c.id)).endswith(
        "JOIN address ON user_account.id = address.user_id LEFT OUTER JOIN fact ON fact.n = "
        "user_account.id"
    )
    assert made.c.keys()[:2] == ["user_account_id", "user_account_name"]
    assert text(made.select()).startswith("SELECT user_account.id, user_account.name")
    assert text(select(made.alias("j").c.id)).startswith(
        "SELECT j.id FROM (SELECT user_account.id AS id"
    )


def test_no_foreign_key():
    with pytest.raises(NoForeignKeysError, match="'user_account' and 'fact'"):
        join(user, fact)
    with pytest.raises(NoForeignKeysError, match="'user_account' and 'fact'"):
        text(select(user.c.id).join(fact))


def test_several_foreign_keys():
    metadata = MetaData()
    person = Table("person", metadata, Column("id", Integer, primary_key=True))
    letter = Table(
        "letter",
        metadata,
        Column("sender", Integer, ForeignKey("person.id")),
        Column("receiver", Integer, ForeignKey("person.id")),
    )
    with pytest.raises(AmbiguousForeignKeysError, match="'person' and 'letter'.*2 foreign keys"):
        join(person, letter)
    assert "letter.sender = person.id" in text(join(person, letter, letter.c.sender == person.c.id))
    with pytest.raises(AmbiguousForeignKeysError):
        join(node, node.alias())


def test_composite_foreign_keys():
    from accord.schema import ForeignKeyConstraint

    metadata = MetaData()
    Table(
        "p",
        metadata,
        Column("a", Integer, primary_key=True),
        Column("b", Integer, primary_key=True),
    )
    c = Table(
        "c",
        metadata,
        Column("x", Integer),
        Column("y", Integer),
        ForeignKeyConstraint(["x", "y"], ["p.a", "p.b"]),
    )
    joined = text(join(metadata.tables["p"], c))
    assert "p.a = c.x" in joined
    assert "p.b = c.y" in joined
    assert " AND " in joined


def test_a_join_that_could_go_to_two_tables():
    with pytest.raises(InvalidRequestError, match="cannot tell which"):
        text(select(user.c.id, user.alias("b").c.id).join(address))
    b = user.alias("b")
    assert text(select(user.c.id, b.c.id).join_from(b, address)).endswith(
        "FROM user_account AS b JOIN address ON b.id = address.user_id, user_account"
    )


# --- what the ORM hooks in ------------------------------------------------------------------------


class Owner:
    """A mapper, as far as the SQL layer sees one."""

    def __init__(self, uid, table, names):
        self.uid = uid
        self.names = names
        self.entity = Entity(
            self, table, [EntityColumn(table.c[c], self, key) for key, c in names.items()]
        )

    def attribute(self, name):
        if name not in self.names:
            raise InvalidRequestError(f"no attribute {name}")
        return EntityColumn(self.entity.from_clause.c[self.names[name]], self, name)

    def __find_join__(self, left):
        return None


users = Owner(1, user, {"id": "id", "nick": "name"})
addresses = Owner(2, address, {"id": "id", "mail": "email", "owner": "user_id"})


class Class:
    def __init__(self, owner):
        self.owner = owner

    def __clause_element__(self):
        return self.owner.entity


User, Address = Class(users), Class(addresses)


class Attribute:
    """A relationship as a join target."""

    def __init__(self, *steps, left=user, entity=None):
        self.target = JoinTarget(left, steps, entity)

    def __join_target__(self, left):
        return self.target


def test_entities_render_as_their_columns():
    statement = select(User).where(users.attribute("nick") == "x")
    assert (
        text(statement)
        == "SELECT user_account.id, user_account.name FROM user_account WHERE user_account.name = ?"
    )
    assert statement.raw_columns == (users.entity,)
    assert [c.name for c in statement.compile().compiled.columns] == ["id", "nick"]
    assert text(select(User, Address)) == (
        "SELECT user_account.id, user_account.name, address.id AS id_1, address.email, "
        "address.user_id "
        "FROM user_account, address"
    )


def test_entities_keep_their_statement_apart_from_the_table():
    assert select(User).key != select(user.c.id, user.c.name).key
    assert select(User).key == select(User).key


def test_filter_by_asks_the_entity():
    assert text(select(User).filter_by(nick="x")).endswith("WHERE user_account.name = ?")
    assert text(select(users.attribute("nick")).filter_by(nick="x")).endswith(
        "WHERE user_account.name = ?"
    )
    assert text(update(User).filter_by(nick="x").values(nick="y")) == (
        "UPDATE user_account SET name=? WHERE user_account.name = ?"
    )
    assert text(insert(User).values(nick="y")) == "INSERT INTO user_account (name) VALUES (?)"
    assert text(select(User).order_by("nick")).endswith("ORDER BY user_account.name")


def test_entities_join_by_foreign_key_or_as_their_owner_says():
    assert text(select(User).join(Address)).endswith(
        "JOIN address ON user_account.id = address.user_id"
    )
    knowing = SimpleNamespace(
        uid=9, attribute=None, __find_join__=lambda left: address.c.email == user.c.name
    )
    entity = Entity(knowing, address, list(address.c))
    assert text(select(user.c.id).join(entity)).endswith(
        "JOIN address ON address.email = user_account.name"
    )


def test_relationships_say_how_to_join():
    on = user.c.id == address.c.user_id
    one = Attribute((address, on), entity=addresses.entity)
    assert text(select(User).join(one)).endswith(
        "FROM user_account JOIN address ON user_account.id = address.user_id"
    )
    assert text(select(User).join(one).filter_by(mail="x")).endswith("WHERE address.email = ?")
    assert "LEFT OUTER JOIN address" in text(select(User).outerjoin(one))
    narrowed = text(select(User).join(one, address.c.email == "x"))
    assert narrowed.endswith("ON user_account.id = address.user_id AND address.email = ?")


def test_relationships_over_a_secondary_table():
    two = Attribute((address, user.c.id == address.c.user_id), (fact, fact.c.n == address.c.id))
    assert text(select(user.c.id).join(two)).endswith(
        "FROM user_account JOIN address ON user_account.id = address.user_id JOIN fact ON "
        "fact.n = address.id"
    )
    assert text(select(user.c.id).outerjoin(two)).endswith(
        "FROM user_account LEFT OUTER JOIN (address JOIN fact ON fact.n = address.id) "
        "ON user_account.id = address.user_id"
    )


def test_a_target_with_a_relationship_as_its_condition():
    on = user.c.id == address.c.user_id
    assert text(select(User).join(Address, Attribute((address, on)))).endswith(
        "ON user_account.id = address.user_id"
    )


def test_relationship_conditions_keep_their_parameters():
    special = Attribute(
        (address, and_(user.c.id == address.c.user_id, address.c.email == "special"))
    )
    statement = select(User).where(users.attribute("nick") == "x").join(special)
    assert parameters(statement) == ("special", "x")


def test_options_are_part_of_the_key():
    one = SimpleNamespace(key=("load", 1), binds=())
    two = SimpleNamespace(key=("load", 2), binds=())
    assert select(User).options(one).key == select(User).options(one).key
    assert select(User).options(one).key != select(User).options(two).key
    assert select(User).options(one, two).given_options == (one, two)
    assert text(select(User).options(one)) == text(select(User))


def test_execution_options_are_not():
    statement = select(User)
    other = statement.execution_options(a=1).execution_options(b=2)
    assert other.key == statement.key
    assert dict(other.get_execution_options()) == {"a": 1, "b": 2}
    assert dict(other.where(user.c.id == 1).get_execution_options()) == {"a": 1, "b": 2}
    assert dict(statement.get_execution_options()) == {}
    assert dict(sql_text("select 1").execution_options(x=1).get_execution_options()) == {"x": 1}


def test_from_statement():
    inner = sql_text("select id, name from user_account where id = :n").bindparams(n=5)
    statement = select(User).from_statement(inner)
    assert text(statement) == "select id, name from user_account where id = ?"
    assert parameters(statement) == (5,)
    assert [c.name for c in statement.compile().compiled.columns] == ["id", "nick"]
    written = select(User).from_statement(insert(User).values(nick="x").returning(User))
    assert text(written).endswith("RETURNING user_account.id, user_account.name")
    assert written.compile().compiled.is_write


def test_the_from_list():
    statement = select(User).join(Address)
    (joined,) = statement.froms()
    assert joined.left is user
    assert joined.right is address
    assert select(User, Address).froms() == [user, address]
    assert select(literal(1)).froms() == []


def test_what_can_be_executed():
    assert executable(select(User)) is not None
    assert text(executable(func.now())) == "SELECT now() AS now_1"
    for wrong in ("select 1", user, user.c.id, 5, None):
        with pytest.raises(ArgumentError, match="Not an executable object"):
            executable(wrong)


def test_columns_subclass_freely():
    from accord.sql import ColumnClause, TableClause

    class MyColumn(ColumnClause):
        inherit_cache = False

    class MyTable(TableClause):
        inherit_cache = False

    c, t = MyColumn("x", String), MyTable("t")
    t.c.add(c)
    c.table = t
    c.info = {"a": 1}
    t.primary_key = "anything"
    assert c.cache_key != MyColumn("x", String).cache_key
    assert text(select(t)) == "SELECT t.x FROM t"
