# What type checkers see for `accord.sql.naming`: see paths.py.
from accord.schema import *  # noqa: F403 - whatever is public there
