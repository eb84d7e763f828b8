# What type checkers see for `accord.orm.properties`: see paths.py.
from accord.mapping.properties import *  # noqa: F403 - whatever is public there
from accord.orm import *  # noqa: F403 - whatever is public there
