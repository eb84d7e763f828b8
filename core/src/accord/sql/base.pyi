# What type checkers see for `accord.sql.base`: see paths.py.
from accord.schema import *  # noqa: F403 - whatever is public there
from accord.sql import *  # noqa: F403 - whatever is public there
