# What type checkers see for `accord.orm.base`: see paths.py.
from accord.mapping import *  # noqa: F403 - whatever is public there
from accord.orm import *  # noqa: F403 - whatever is public there
