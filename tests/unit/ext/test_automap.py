"""Automap: classes and relationships from a catalog; DeferredReflection."""

import pytest

from accord import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, select
from accord.exc import ArgumentError
from accord.ext.automap import MANYTOMANY, MANYTOONE, automap_base, generate_relationship
from accord.ext.declarative import DeferredReflection
from accord.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declarative_base,
    mapped_column,
    relationship,
)

SHOP = """
CREATE TABLE owner (id INTEGER PRIMARY KEY, name VARCHAR(30));
CREATE TABLE shop (id INTEGER PRIMARY KEY, name VARCHAR(30),
  owner_id INTEGER NOT NULL REFERENCES owner (id) ON DELETE CASCADE);
CREATE TABLE tag (id INTEGER PRIMARY KEY, word VARCHAR(10));
CREATE TABLE shop_tag (shop_id INTEGER REFERENCES shop (id), tag_id INTEGER REFERENCES tag (id),
  PRIMARY KEY (shop_id, tag_id));
CREATE TABLE note (text VARCHAR(10));
CREATE TABLE part (id INTEGER PRIMARY KEY, part_of INTEGER REFERENCES part (id))
"""


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for statement in SHOP.split(";"):
            connection.exec_driver_sql(statement)
    return engine


@pytest.fixture
def base(engine):
    made = automap_base()
    made.prepare(autoload_with=engine)
    return made


def test_a_class_for_each_table_with_a_key(base):
    assert sorted(base.classes.keys()) == ["owner", "part", "shop", "tag"]
    assert base.classes.shop is base.classes["shop"]
    assert "note" not in base.classes
    assert "note" in base.metadata.tables
    assert base.classes.get("nobody") is None
    with pytest.raises(AttributeError, match="no class 'nobody'; there is owner, part, shop, tag"):
        _ = base.classes.nobody


def test_relationships_work_both_ways(engine, base):
    owner, shop, tag = base.classes.owner, base.classes.shop, base.classes.tag
    with Session(engine) as session:
        session.add(
            owner(name="ann", shop_collection=[shop(name="a", tag_collection=[tag(word="x")])])
        )
        session.commit()
        found = session.scalars(select(shop)).one()
        assert found.owner.name == "ann"
        assert [one.word for one in found.tag_collection] == ["x"]
        assert found.tag_collection[0].shop_collection == [found]


def test_what_a_foreign_key_does_is_what_the_collection_does(base):
    collection = base.classes.owner.shop_collection.property
    assert collection.cascade.delete_orphan
    assert collection.passive_deletes  # ON DELETE CASCADE
    assert not base.classes.part.part_collection.property.cascade.delete


def test_a_table_that_points_at_itself(engine, base):
    part = base.classes.part
    with Session(engine) as session:
        session.add(part(id=1, part_collection=[part(id=2)]))
        session.commit()
        assert session.get(part, 2).part.id == 1


def test_classes_written_before_are_completed(engine):
    base = automap_base()

    class Shop(base):
        __tablename__ = "shop"

        title = Column("name", String(30))
        tag_collection = relationship("tag", secondary="shop_tag", viewonly=True)

        def shout(self):
            return self.title.upper()

    base.prepare(autoload_with=engine)
    assert base.classes.Shop is Shop
    assert "shop" not in base.classes
    assert Shop(title="a").shout() == "A"
    assert Shop.__table__.c.keys() == ["id", "name", "owner_id"]
    assert Shop.owner.property.mapper.class_ is base.classes.owner
    assert Shop.tag_collection.property.viewonly  # what a class has, it keeps


def test_names_are_what_the_functions_say(engine):
    base = automap_base()
    base.prepare(
        autoload_with=engine,
        classname_for_table=lambda base, name, table: name.title(),
        modulename_for_table=lambda base, name, table: "shop.models",
        name_for_scalar_relationship=lambda base, here, there, key: f"the_{there.__name__}",
        name_for_collection_relationship=lambda base, here, there, key: f"all_{there.__name__}",
    )
    assert base.classes.Shop.__module__ == "shop.models"
    assert base.by_module.shop.models.Shop is base.classes.Shop
    assert base.classes.Shop.the_Owner.property.mapper.class_ is base.classes.Owner
    assert base.classes.Owner.all_Shop.property.mapper.class_ is base.classes.Shop


def test_a_function_may_leave_relationships_out_and_is_told_the_direction(engine):
    seen = set()

    def only_to_one(base, direction, return_fn, attrname, local_cls, referred_cls, **kw):
        seen.add((direction, attrname))
        if direction is MANYTOMANY:
            return None
        return generate_relationship(
            base, direction, return_fn, attrname, local_cls, referred_cls, **kw
        )

    base = automap_base()
    base.prepare(autoload_with=engine, generate_relationship=only_to_one)
    assert (MANYTOONE, "owner") in seen
    assert not hasattr(base.classes.shop, "tag_collection")


def test_collections_of_another_class(engine):
    base = automap_base()
    base.prepare(autoload_with=engine, collection_class=set)
    assert base.classes.owner().shop_collection == set()


def test_a_name_that_is_a_columns_is_an_error():
    metadata = MetaData()
    Table("owner", metadata, Column("id", Integer, primary_key=True))
    Table(
        "shop", metadata, Column("id", Integer, primary_key=True),
        Column("owner", ForeignKey("owner.id")),
    )  # fmt: skip
    base = automap_base(metadata=metadata)
    with pytest.raises(ArgumentError, match="of shop to owner would be called 'owner'"):
        base.prepare()


def test_prepare_again_adds_what_is_new(engine, base):
    shop = base.classes.shop
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sale (id INTEGER PRIMARY KEY, shop_id INTEGER REFERENCES shop (id))"
        )
    base.prepare(autoload_with=engine)
    assert base.classes.shop is shop
    assert base.classes.sale.shop.property.mapper.class_ is shop
    assert shop.sale_collection.property.mapper.class_ is base.classes.sale


def test_a_base_of_ones_own_and_tables_of_one_schema_or_some_names(engine):
    class Own(DeclarativeBase):
        def hello(self):
            return "hello"

    base = automap_base(Own)
    base.prepare(autoload_with=engine, reflection_options={"only": ["owner"]})
    assert list(base.classes.keys()) == ["owner"]
    assert base.classes.owner().hello() == "hello"


def test_deferred_reflection_maps_what_the_catalog_has(engine):
    base = declarative_base()

    class Reflected(DeferredReflection):
        __abstract__ = True

    class Owner(Reflected, base):
        __tablename__ = "owner"

        shops = relationship("Shop", back_populates="owner")

    class Shop(Reflected, base):
        __table__ = Table("shop", base.metadata, Column("name", String(7)))

        owner = relationship("Owner", back_populates="shops")

    assert not hasattr(Owner, "__mapper__")
    Reflected.prepare(engine)
    assert Owner.__table__.c.keys() == ["id", "name"]
    assert set(Shop.__table__.c.keys()) == {"id", "name", "owner_id"}
    assert Shop.__table__.c.name.type.length == 7
    with Session(engine) as session:
        session.add(Owner(name="ann", shops=[Shop(name="a")]))
        session.commit()
        assert session.scalars(select(Shop)).one().owner.name == "ann"


def test_deferred_reflection_with_annotations(engine):
    class Base(DeclarativeBase):
        pass

    class Owner(DeferredReflection, Base):
        __tablename__ = "owner"

        full_name: Mapped[str] = mapped_column("name")

    DeferredReflection.prepare(engine)
    with Session(engine) as session:
        session.add(Owner(full_name="ann"))
        session.commit()
        assert session.scalars(select(Owner.full_name)).all() == ["ann"]
