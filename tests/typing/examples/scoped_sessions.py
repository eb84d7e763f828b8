"""A scoped session has the methods of its sessions, typed like theirs."""

from typing import assert_type

from models import Author

from accord import create_engine, select
from accord.engine import ScalarResult
from accord.orm import Session, scoped_session, sessionmaker

scope = scoped_session(sessionmaker(create_engine("sqlite://")))

assert_type(scope(), Session)
assert_type(scope.get(Author, 1), Author | None)
assert_type(scope.scalars(select(Author)), ScalarResult[Author])
scope.add(Author(name="Ada"))
scope.commit()
scope.remove()
