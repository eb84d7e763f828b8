"""Bad input gets one clear error that names the thing, shows no values, and loses nothing."""

import datetime
import stat
from pathlib import Path
from typing import Any

import pytest
from orm_api import (
    IS_ACCORD,
    Column,
    Date,
    DateTime,
    DeclarativeBase,
    ForeignKey,
    Integer,
    Mapped,
    MetaData,
    Session,
    String,
    Table,
    accord_only,
    create_engine,
    exc,
    inspect,
    mapped_column,
    only,
    orm_exc,
    relationship,
    select,
    text,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class User(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    age: Mapped[int | None]
    born: Mapped[datetime.date | None] = mapped_column(Date)
    seen: Mapped[datetime.datetime | None] = mapped_column(DateTime)


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


def base() -> Any:
    class Local(DeclarativeBase):
        pass

    return Local


# --- unmapped things


class Unmapped:
    pass


def test_add_of_an_unmapped_object(session: Any) -> None:
    with pytest.raises(orm_exc.UnmappedInstanceError, match="Unmapped"):
        session.add(Unmapped())


def test_add_of_a_class_instead_of_an_object(session: Any) -> None:
    with pytest.raises(orm_exc.UnmappedInstanceError, match="User"):
        session.add(User)


def test_add_of_none(session: Any) -> None:
    with pytest.raises(orm_exc.UnmappedInstanceError):
        session.add(None)


def test_add_all_with_one_bad_object_keeps_the_others_usable(session: Any, rows: Any) -> None:
    good = User(name="good")
    with pytest.raises(orm_exc.UnmappedInstanceError):
        session.add_all([good, Unmapped()])
    session.commit()
    assert rows("SELECT name FROM person") == [("good",)]


def test_delete_of_an_unmapped_object(session: Any) -> None:
    with pytest.raises(orm_exc.UnmappedInstanceError):
        session.delete(Unmapped())


def test_query_of_an_unmapped_class(session: Any) -> None:
    with pytest.raises(exc.SQLAlchemyError):
        session.execute(select(Unmapped))


def test_get_of_an_unmapped_class(session: Any) -> None:
    with pytest.raises(exc.SQLAlchemyError):
        session.get(Unmapped, 1)


def test_inspect_of_anything_else() -> None:
    with pytest.raises(exc.NoInspectionAvailable):
        inspect(Unmapped())


def test_mapped_class_without_a_primary_key() -> None:
    with pytest.raises(exc.ArgumentError, match=r"primary key"):

        class NoKey(base()):
            __tablename__ = "no_key"
            name: Mapped[str]


def test_mapped_class_without_a_table() -> None:
    with pytest.raises(exc.InvalidRequestError, match=r"__table__|__tablename__"):

        class NoTable(base()):
            id: Mapped[int] = mapped_column(primary_key=True)


def test_annotation_of_an_unknown_type() -> None:
    with pytest.raises(exc.ArgumentError, match=r"thing|object"):

        class Odd(base()):
            __tablename__ = "odd"
            id: Mapped[int] = mapped_column(primary_key=True)
            thing: Mapped[object]


# --- unknown columns and keywords


def test_unknown_keyword_of_the_constructor() -> None:
    with pytest.raises(TypeError, match="nme"):
        User(nme="x")


def test_unknown_column_in_filter_by(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="nme"):
        session.execute(select(User).filter_by(nme="x"))


def test_unknown_attribute_of_the_class() -> None:
    with pytest.raises(AttributeError, match="nme"):
        User.nme  # noqa: B018


def test_unknown_column_of_the_table() -> None:
    with pytest.raises((AttributeError, KeyError), match="nme"):
        User.__table__.c.nme  # noqa: B018


def test_unknown_keyword_of_a_column() -> None:
    with pytest.raises((TypeError, exc.ArgumentError), match="nulable"):
        Column("x", Integer, nulable=True)


def test_unknown_keyword_of_a_relationship() -> None:
    with pytest.raises(TypeError, match="back_populate"):
        relationship(back_populate="x")


def test_unknown_keyword_of_create_engine() -> None:
    with pytest.raises(TypeError, match="pool_sise"):
        create_engine("sqlite://", pool_sise=3)


def test_unknown_keyword_of_session(engine: Any) -> None:
    with pytest.raises(TypeError, match="autoflsh"):
        Session(engine, autoflsh=True)


def test_row_without_that_column(session: Any) -> None:
    session.add(User(name="x"))
    row = session.execute(select(User.id)).one()
    with pytest.raises(AttributeError, match="nme"):
        row.nme  # noqa: B018


# --- relationships that cannot be


def test_relationship_without_a_foreign_key() -> None:
    Local = base()

    class Left(Local):
        __tablename__ = "left_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        rights: Mapped[list["Right"]] = relationship()

    class Right(Local):
        __tablename__ = "right_side"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(exc.NoForeignKeysError, match="rights"):
        Local.registry.configure()


def test_relationship_with_several_foreign_keys() -> None:
    Local = base()

    class Left(Local):
        __tablename__ = "left_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        rights: Mapped[list["Right"]] = relationship()

    class Right(Local):
        __tablename__ = "right_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        one_id: Mapped[int] = mapped_column(ForeignKey("left_side.id"))
        two_id: Mapped[int] = mapped_column(ForeignKey("left_side.id"))

    with pytest.raises(exc.AmbiguousForeignKeysError, match="foreign_keys"):
        Local.registry.configure()


def test_relationship_to_an_unknown_class() -> None:
    Local = base()

    class Left(Local):
        __tablename__ = "left_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        others: Mapped[list["Nowhere"]] = relationship()  # noqa: F821

    with pytest.raises(exc.InvalidRequestError, match="Nowhere"):
        Local.registry.configure()


def test_back_populates_of_an_unknown_attribute() -> None:
    Local = base()

    class Left(Local):
        __tablename__ = "left_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        rights: Mapped[list["Right"]] = relationship(back_populates="lft")

    class Right(Local):
        __tablename__ = "right_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        left_id: Mapped[int] = mapped_column(ForeignKey("left_side.id"))

    with pytest.raises(exc.InvalidRequestError, match="lft"):
        Local.registry.configure()


def test_a_broken_relationship_does_not_break_other_registries(session: Any) -> None:
    Local = base()

    class Left(Local):
        __tablename__ = "left_side"
        id: Mapped[int] = mapped_column(primary_key=True)
        others: Mapped[list["Nowhere"]] = relationship()  # noqa: F821

    session.add(User(name="x"))
    session.commit()
    Local.registry.dispose()


def test_foreign_key_to_a_table_that_does_not_exist() -> None:
    metadata = MetaData()
    Table("child", metadata, Column("parent_id", ForeignKey("parent.id")))
    with pytest.raises(exc.NoReferencedTableError, match="parent"):
        metadata.sorted_tables  # noqa: B018


def test_foreign_key_to_a_column_that_does_not_exist(engine: Any) -> None:
    metadata = MetaData()
    Table("parent", metadata, Column("id", Integer, primary_key=True))
    Table("child", metadata, Column("parent_id", Integer, ForeignKey("parent.key")))
    with pytest.raises(exc.NoReferencedColumnError, match="key"):
        metadata.create_all(engine)


def test_duplicate_table() -> None:
    metadata = MetaData()
    Table("twice", metadata, Column("id", Integer, primary_key=True))
    with pytest.raises(
        exc.InvalidRequestError if not IS_ACCORD else exc.SQLAlchemyError, match="twice"
    ):
        Table("twice", metadata, Column("id", Integer, primary_key=True))


def test_duplicate_mapped_class_table() -> None:
    Local = base()

    class One(Local):
        __tablename__ = "twice"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(exc.SQLAlchemyError, match="twice"):

        class Two(Local):
            __tablename__ = "twice"
            id: Mapped[int] = mapped_column(primary_key=True)


def test_duplicate_column() -> None:
    with pytest.raises(exc.SQLAlchemyError, match=r"\bx\b"):
        Table("t", MetaData(), Column("x", Integer), Column("x", Integer))


# --- values


@accord_only
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("age", "forty-two secret"),
        ("age", 3.5),
        ("name", 17),
        ("name", b"bytes"),
        ("born", "1999-01-01 secret"),
        ("born", datetime.datetime(2020, 1, 1)),
        ("seen", datetime.date(2020, 1, 1)),
        ("age", object()),
        ("name", ["a"]),
    ],
)
def test_wrong_type_for_a_column_names_it_and_hides_the_value(
    session: Any, key: str, value: Any
) -> None:
    user = User(**{"name": "x", key: value})
    session.add(user)
    with pytest.raises(exc.StatementError) as caught:
        session.flush()
    message = str(caught.value)
    assert key in message and "user" in message.lower()
    assert "secret" not in message
    session.rollback()
    setattr(user, key, {"age": 42, "name": "y"}.get(key))
    session.add(user)
    session.commit()


def test_integer_beyond_64_bits(session: Any) -> None:
    session.add(User(name="x", age=2**70))
    with pytest.raises((exc.SQLAlchemyError, OverflowError)):
        session.flush()
    session.rollback()
    assert session.scalars(select(User)).all() == []


@accord_only
def test_missing_not_null_value_is_named_before_it_is_sent(session: Any, statements: Any) -> None:
    session.add(User(age=3))
    statements.clear()
    with pytest.raises((exc.MissingValueError, exc.IntegrityError)) as caught:
        session.flush()
    assert "name" in str(caught.value)
    session.rollback()


def test_missing_not_null_value_is_an_error_and_loses_nothing(session: Any, rows: Any) -> None:
    user = User(age=3)
    session.add_all([User(name="good"), user])
    with pytest.raises(exc.SQLAlchemyError):
        session.flush()
    session.rollback()
    user.name = "late"
    session.add_all([User(name="good"), user])
    session.commit()
    assert rows("SELECT name FROM person ORDER BY name") == [("good",), ("late",)]


def test_a_null_primary_key_without_a_generator(engine: Any) -> None:
    class Coded(base()):
        __tablename__ = "coded"
        code: Mapped[str] = mapped_column(String(5), primary_key=True)

    Coded.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Coded())
        with pytest.raises(exc.SQLAlchemyError):
            session.flush()


@accord_only
def test_lone_surrogate_is_a_clear_error(session: Any) -> None:
    session.add(User(name="\ud800"))
    with pytest.raises(exc.SQLAlchemyError) as caught:
        session.flush()
    assert "name" in str(caught.value)


def test_text_with_quotes_nulls_and_unicode_round_trips(session: Any) -> None:
    for value in ("O'Neil", 'quo"te', "semi;--", "ünïcødé 💚", "per%cent :colon ?", ""):
        user = User(name=value)
        session.add(user)
        session.commit()
        assert session.scalars(select(User.name).where(User.name == value)).one() == value
        session.delete(user)
        session.commit()


def test_statement_that_is_none() -> None:
    with pytest.raises(exc.SQLAlchemyError):
        Session(create_engine("sqlite://")).execute(None)


@accord_only
def test_limit_takes_integers_only(session: Any) -> None:
    with pytest.raises((TypeError, exc.SQLAlchemyError)):
        session.execute(select(User).limit("1; DROP TABLE user"))


# --- sessions


def test_an_object_in_two_sessions(engine: Any, session: Any) -> None:
    user = User(name="x")
    session.add(user)
    with Session(engine) as other:
        with pytest.raises(exc.InvalidRequestError, match="session"):
            other.add(user)
        assert user not in other
    assert user in session
    session.commit()


def test_session_without_an_engine() -> None:
    with pytest.raises(exc.UnboundExecutionError), Session() as session:
        session.add(User(name="x"))
        session.flush()


def test_use_of_a_closed_connection(engine: Any) -> None:
    connection = engine.connect()
    connection.close()
    with pytest.raises(exc.ResourceClosedError):
        connection.execute(text("SELECT 1"))


def test_use_of_a_closed_result(engine: Any) -> None:
    with engine.connect() as connection:
        result = connection.execute(text("SELECT 1"))
        result.close()
        with pytest.raises(exc.ResourceClosedError):
            result.all()


def test_fetch_from_a_statement_without_rows(engine: Any, session: Any) -> None:
    with engine.connect() as connection:
        result = connection.execute(text("UPDATE person SET age = 1"))
        with pytest.raises(exc.ResourceClosedError):
            result.all()


def test_use_of_a_committed_transaction(engine: Any) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        transaction.commit()
        with pytest.raises(exc.InvalidRequestError):
            transaction.commit()


# --- engines


def test_url_with_an_unknown_dialect() -> None:
    with pytest.raises(exc.NoSuchModuleError, match="nosuchdb"):
        create_engine("nosuchdb://host/db")


@accord_only
def test_unknown_dialect_lists_what_is_installed_and_what_to_install() -> None:
    with pytest.raises(exc.NoSuchModuleError) as caught:
        create_engine("nosuchdb://user:sec%72et@host/db")
    message = str(caught.value)
    assert "sqlite" in message
    assert "pip install accord-<name>" in message
    assert "secret" not in message and "sec%72et" not in message


def test_url_with_an_unknown_driver() -> None:
    with pytest.raises((exc.NoSuchModuleError, exc.ArgumentError), match="nosuchdriver"):
        create_engine("sqlite+nosuchdriver://")


@pytest.mark.parametrize("url", ["", "not a url", "sqlite"])
def test_malformed_url(url: str) -> None:
    with pytest.raises(exc.ArgumentError):
        create_engine(url)


def test_url_that_is_no_string() -> None:
    with pytest.raises(exc.ArgumentError):
        create_engine(42)


@only("sqlite", "the database is a file")
def test_unwritable_database_file(tmp_path: Path) -> None:
    path = tmp_path / "ro.db"
    Base.metadata.create_all(create_engine(f"sqlite:///{path}"))
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with Session(engine) as session:
        session.add(User(name="x"))
        with pytest.raises(exc.OperationalError, match="readonly"):
            session.flush()


@only("sqlite", "the database is a file")
def test_database_file_in_a_missing_folder(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/nowhere/x.db")
    with pytest.raises(exc.OperationalError, match="unable to open"):
        engine.connect()


@only("sqlite", "the database is a file")
def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is not a database " * 100)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with pytest.raises(exc.DatabaseError), create_engine(f"sqlite:///{path}").connect() as c:
        c.execute(text("SELECT * FROM sqlite_master"))


def test_missing_table(engine: Any) -> None:
    with Session(engine) as session, pytest.raises(exc.DatabaseError, match="person"):
        session.scalars(select(User)).all()


@accord_only
def test_statement_error_hides_parameters_by_default(engine: Any, session: Any) -> None:
    session.add(User(id=1, name="hunter2"))
    session.flush()
    with pytest.raises(exc.IntegrityError) as caught:
        session.execute(text("INSERT INTO person (id, name) VALUES (1, :n)"), {"n": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_missing_parameter_is_named(session: Any) -> None:
    with pytest.raises(exc.StatementError, match="wanted"):
        session.execute(text("SELECT :wanted"))


def test_configuring_twice_is_configuring_once(session: Any) -> None:
    Base.registry.configure()
    Base.registry.configure()
    assert session.scalars(select(User)).all() == []


@accord_only
def test_children_that_need_their_deleted_parent_name_the_missing_cascade(engine: Any) -> None:
    Local = base()

    class Parent(Local):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)
        children = relationship("Child")

    class Child(Local):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        parent = Parent(children=[Child()])
        session.add(parent)
        session.commit()
        session.delete(parent)
        with pytest.raises(exc.MissingValueError, match=r"Child\.parent_id.*delete-orphan"):
            session.commit()
        session.rollback()
        assert len(parent.children) == 1


# --- what beginners write


class Pet(Base):
    __tablename__ = "pet"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[User] = relationship()


@accord_only
@pytest.mark.parametrize(
    ("write", "error", "says"),
    [
        (lambda s: s.add([User(name="a")]), exc.InvalidRequestError, r"not a list; .*add_all\(\)"),
        (lambda s: s.delete(5), exc.InvalidRequestError, "mapped class belongs here, not a int"),
        (lambda s: User.__table__.name_, AttributeError, "no attribute 'name_'$"),
        (lambda s: User.__table__.age, AttributeError, r"write table\.c\.age"),
        (lambda s: Pet.person.name, AttributeError, r"join\(Pet\.person\) and write User\.name, "),
        (lambda s: Pet.person.nothing, AttributeError, "no attribute 'nothing'$"),
        (
            lambda s: Base.metadata.create_all("sqlite://"),
            exc.ArgumentError,
            r"create_all\(\) takes an engine or a connection, not str",
        ),
        (
            lambda s: s.execute(text("SELECT ?"), (1,)),
            exc.ArgumentError,
            r"values by position, .* exec_driver_sql\(\)",
        ),
    ],
)
def test_the_error_says_what_to_write(session: Any, write: Any, error: Any, says: str) -> None:
    inspect(Pet).relationships  # noqa: B018 - the mapping is resolved
    with pytest.raises(error, match=says):
        write(session)


@accord_only
def test_an_attribute_asked_of_the_row_instead_of_its_object(session: Any) -> None:
    session.add(User(name="a"))
    session.flush()
    row = session.execute(select(User)).one()
    with pytest.raises(AttributeError, match=r"write row\.User\.name, or .*scalars\(\)"):
        row.name  # noqa: B018 - asking is the test
    with pytest.raises(AttributeError, match="its columns are: User$"):
        row.nothing  # noqa: B018 - asking is the test


def test_an_annotation_without_a_type_has_an_error_of_its_own() -> None:
    class Odd:
        pass

    with pytest.raises(orm_exc.MappedAnnotationError):
        type(
            "Thing",
            (base(),),
            {
                "__tablename__": "thing",
                "__annotations__": {"id": Mapped[int], "odd": Mapped[Odd]},
                "id": mapped_column(primary_key=True),
            },
        )
