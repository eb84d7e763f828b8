# What type checkers see for `accord.orm.mapped_collection`: see paths.py.
from accord.orm import *  # noqa: F403 - whatever is public there
