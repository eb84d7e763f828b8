# What type checkers see for `accord.sql.sqltypes`: see paths.py.
from accord.sqltypes import *  # noqa: F403 - whatever is public there
