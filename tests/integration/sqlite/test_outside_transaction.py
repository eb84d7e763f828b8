"""Statements that SQLite ignores or refuses inside a transaction are sent before one begins."""

from accord import create_engine, text


def test_pragma_as_the_first_statement_takes_effect(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=ON"))
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_vacuum_as_the_first_statement_works(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
