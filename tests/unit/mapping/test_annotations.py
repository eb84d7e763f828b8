"""What annotations say: type, nullability, Annotated, strings, enums, the type map."""

import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, ClassVar, List, Literal, NewType, Optional, Set, Union  # noqa: UP035

import pytest
import typing_extensions
from mapping_bases import make_base

from accord import exc, sqltypes
from accord.mapping import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    WriteOnlyMapped,
    mapped_column,
    relationship,
)
from accord.schema import ForeignKey, Table


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


str50 = Annotated[str, 50]
intpk = Annotated[int, mapped_column(primary_key=True)]
required_name = Annotated[str, mapped_column(sqltypes.String(30), nullable=False, index=True)]
user_fk = Annotated[int, mapped_column(ForeignKey("user.id"))]
UserId = NewType("UserId", int)
Alias = typing_extensions.TypeAliasType("Alias", Optional[str])  # noqa: UP045


def table_of(cls: type) -> Table:
    return cls.__table__  # type: ignore[attr-defined, no-any-return]


def test_python_types_have_standard_sql_types() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        text: Mapped[str]
        flag: Mapped[bool]
        ratio: Mapped[float]
        price: Mapped[decimal.Decimal]
        day: Mapped[datetime.date]
        at: Mapped[datetime.datetime]
        time: Mapped[datetime.time]
        span: Mapped[datetime.timedelta]
        raw: Mapped[bytes]
        token: Mapped[uuid.UUID]

    kinds = {column.name: type(column.type) for column in table_of(Thing).c}
    assert kinds == {
        "id": sqltypes.Integer, "text": sqltypes.String, "flag": sqltypes.Boolean,
        "ratio": sqltypes.Float, "price": sqltypes.Numeric, "day": sqltypes.Date,
        "at": sqltypes.DateTime, "time": sqltypes.Time, "span": sqltypes.Interval,
        "raw": sqltypes.LargeBinary, "token": sqltypes.Uuid,
    }  # fmt: skip


def test_optional_means_nullable_in_every_spelling() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        plain: Mapped[str]
        optional: Mapped[Optional[str]]  # noqa: UP045
        union: Mapped[Union[None, str]]  # noqa: UP007
        bar: Mapped[str | None]
        quoted: Mapped["str | None"]
        inner: Mapped[Optional["str"]]  # noqa: UP045
        alias: Mapped[Alias]
        said: Mapped[str | None] = mapped_column(nullable=False)
        other: Mapped[str] = mapped_column(nullable=True)

    nullable = {column.name for column in table_of(Thing).c if column.nullable}
    assert nullable == {"optional", "union", "bar", "quoted", "inner", "alias", "other"}
    assert all(isinstance(c.type, sqltypes.String) for c in table_of(Thing).c if c.name != "id")


def test_a_primary_key_is_not_nullable_whatever_the_annotation() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int | None] = mapped_column(primary_key=True)

    assert not table_of(Thing).c.id.nullable


def test_explicit_type_wins_over_the_annotation() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(sqltypes.BigInteger, primary_key=True)
        name: Mapped[str] = mapped_column(sqltypes.String(9))

    assert isinstance(table_of(Thing).c.id.type, sqltypes.BigInteger)
    assert table_of(Thing).c.name.type.length == 9


def test_annotated_columns_are_made_anew_for_each_class() -> None:
    Base = make_base()

    class User(Base):
        __tablename__ = "user"
        id: Mapped[intpk]
        name: Mapped[required_name]

    class Post(Base):
        __tablename__ = "post"
        id: Mapped[intpk]
        title: Mapped[required_name] = mapped_column("headline", index=False)
        author_id: Mapped[user_fk]
        editor_id: Mapped[Optional[user_fk]]  # noqa: UP045

    assert table_of(User).c.name.type.length == 30
    assert table_of(User).c.name.index and not table_of(Post).c.headline.index
    assert table_of(User).c.id is not table_of(Post).c.id
    author, editor = table_of(Post).c.author_id, table_of(Post).c.editor_id
    assert {fk.column for fk in author.foreign_keys} == {table_of(User).c.id}
    assert {fk.column for fk in editor.foreign_keys} == {table_of(User).c.id}
    assert editor.nullable and not author.nullable
    assert isinstance(author.type, sqltypes.Integer)


def test_enums_and_literals() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        color: Mapped[Color]
        maybe: Mapped[Color | None]
        word: Mapped[Literal["a", "bb"]]

    columns = table_of(Thing).c
    assert columns.color.type.enum_class is Color
    assert columns.maybe.type.enum_class is Color and columns.maybe.nullable
    assert columns.word.type.enums == ["a", "bb"] and not columns.word.type.native_enum


def test_enum_settings_from_the_type_map() -> None:
    class Base(DeclarativeBase):
        type_annotation_map = {enum.Enum: sqltypes.Enum(enum.Enum, native_enum=False, length=20)}

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        color: Mapped[Color]

    found = table_of(Thing).c.color.type
    assert found.enum_class is Color and not found.native_enum and found.length == 20


def test_type_annotation_map() -> None:
    class Base(DeclarativeBase):
        type_annotation_map = {
            str: sqltypes.Text,
            str50: sqltypes.String(50),
            dict[str, Any]: sqltypes.JSON,
            UserId: sqltypes.BigInteger(),
            float | decimal.Decimal: sqltypes.Numeric(10, 2),
        }

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[UserId] = mapped_column(primary_key=True)
        text: Mapped[str]
        short: Mapped[str50]
        maybe: Mapped[str50 | None]
        document: Mapped[dict[str, Any]]
        price: Mapped[decimal.Decimal]
        number: Mapped[float | decimal.Decimal | None]

    columns = table_of(Thing).c
    assert isinstance(columns.id.type, sqltypes.BigInteger)
    assert isinstance(columns.text.type, sqltypes.Text)
    assert columns.short.type.length == columns.maybe.type.length == 50
    assert isinstance(columns.document.type, sqltypes.JSON)
    assert columns.price.type.precision == columns.number.type.precision == 10
    assert columns.number.nullable and not columns.price.nullable


def test_new_type_and_alias_are_looked_through() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[UserId] = mapped_column(primary_key=True)
        name: Mapped[Alias]

    assert isinstance(table_of(Thing).c.id.type, sqltypes.Integer)
    assert isinstance(table_of(Thing).c.name.type, sqltypes.String)


def test_a_foreign_key_has_the_type_it_points_at() -> None:
    Base = make_base()

    class Child(Base):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[str | None] = mapped_column(ForeignKey("parent.code"))

    class Parent(Base):
        __tablename__ = "parent"
        code: Mapped[str] = mapped_column(sqltypes.String(7), primary_key=True)

    column = table_of(Child).c.parent_id
    assert column.type.length == 7 and column.nullable


@pytest.mark.parametrize(
    ("annotation", "hint"),
    [
        (complex, "type_annotation_map"),
        (str | int, "type_annotation_map"),
        (dict[str, int], "type_annotation_map"),
        (List["Address"], "relationship"),  # noqa: F821, UP006
        (list["Address"], "relationship"),  # noqa: F821
    ],
)
def test_unknown_type_says_what_to_write(annotation: Any, hint: str) -> None:
    with pytest.raises(exc.ArgumentError, match=rf"Thing\.value: Mapped\[.*{hint}"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            value: Mapped[annotation]  # type: ignore[valid-type]


def test_undefined_name_in_a_column_annotation() -> None:
    with pytest.raises(exc.ArgumentError, match=r"Thing\.value.*Nowhere is not defined"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            value: Mapped["Nowhere"]  # type: ignore[name-defined]  # noqa: F821


def test_a_mapped_class_as_column_type_says_relationship() -> None:
    Base = make_base()

    class Target(Base):
        __tablename__ = "target"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(exc.ArgumentError, match=r"target = relationship\(\)"):

        class Source(Base):
            __tablename__ = "source"
            id: Mapped[int] = mapped_column(primary_key=True)
            target: Mapped[Target]


def test_bare_annotation_beside_a_mapped_column() -> None:
    with pytest.raises(exc.ArgumentError, match=r"Thing\.id is annotated int.*Mapped\[int\]"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: int = mapped_column(primary_key=True)  # type: ignore[assignment]


def test_allow_unmapped_ignores_bare_annotations() -> None:
    class Thing(make_base()):
        __allow_unmapped__ = True
        __tablename__ = "thing"
        id: int = mapped_column(sqltypes.Integer, primary_key=True)  # type: ignore[assignment]
        note: str

    assert table_of(Thing).c.keys() == ["id"]


def test_other_annotations_are_left_alone() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: ClassVar[str] = "k"
        cached: str
        later: "Undefined"  # type: ignore[name-defined]  # noqa: F821

    assert table_of(Thing).c.keys() == ["id"] and Thing.kind == "k"


def test_mapped_without_a_type() -> None:
    with pytest.raises(exc.ArgumentError, match=r"bare Mapped"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped = mapped_column(sqltypes.Integer, primary_key=True)  # type: ignore[type-arg]


def test_a_default_is_not_assigned() -> None:
    with pytest.raises(exc.ArgumentError, match=r"mapped_column\(default=\.\.\.\)"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            count: Mapped[int] = 0  # type: ignore[assignment]


# --- relationships -------------------------------------------------------------------------------


def test_relationship_annotations_give_target_multiplicity_and_collection() -> None:
    Base = make_base()

    class Owner(Base):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        as_list: Mapped[list["Item"]] = relationship(viewonly=True)
        as_set: Mapped[set["Item"]] = relationship(viewonly=True)
        typing_list: Mapped[List["Item"]] = relationship(viewonly=True)  # noqa: UP006
        typing_set: Mapped[Set["Item"]] = relationship(viewonly=True)  # noqa: UP006
        whole: Mapped["list[Item]"] = relationship(viewonly=True)
        single: Mapped[Optional["Item"]] = relationship(viewonly=True)  # noqa: UP045

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))
        required: Mapped[Owner] = relationship(viewonly=True)
        quoted: Mapped["Owner | None"] = relationship(viewonly=True)

    found = Owner.__mapper__.relationships
    assert {key: prop.uselist for key, prop in found.items()} == {
        "as_list": True, "as_set": True, "typing_list": True, "typing_set": True, "whole": True,
        "single": False,
    }  # fmt: skip
    assert found["as_set"].collection_class is set and found["typing_set"].collection_class is set
    assert found["whole"].collection_class is list
    assert all(prop.mapper.class_ is Item for prop in found)
    assert all(prop.mapper.class_ is Owner for prop in Item.__mapper__.relationships)


def test_argument_wins_over_the_annotation() -> None:
    Base = make_base()

    class Owner(Base):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        item: Mapped[Any] = relationship("Item", uselist=False)

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))

    assert not Owner.__mapper__.relationships["item"].uselist


@pytest.mark.parametrize("container", [WriteOnlyMapped, DynamicMapped])
def test_write_only_and_dynamic_are_refused_clearly(container: Any) -> None:
    with pytest.raises(exc.ArgumentError, match=r"not available in this version"):

        class Owner(make_base()):
            __tablename__ = "owner"
            id: Mapped[int] = mapped_column(primary_key=True)
            items: container["Item"] = relationship()  # type: ignore[valid-type]  # noqa: F821


def test_a_collection_says_what_it_holds() -> None:
    with pytest.raises(exc.ArgumentError, match="say what the list holds"):

        class Owner(make_base()):
            __tablename__ = "owner"
            id: Mapped[int] = mapped_column(primary_key=True)
            items: Mapped[list] = relationship()  # type: ignore[type-arg]


def test_a_dict_needs_a_key() -> None:
    with pytest.raises(exc.ArgumentError, match="attribute_keyed_dict"):

        class Owner(make_base()):
            __tablename__ = "owner"
            id: Mapped[int] = mapped_column(primary_key=True)
            items: Mapped[dict[str, "Item"]] = relationship()  # type: ignore[name-defined]  # noqa: F821
