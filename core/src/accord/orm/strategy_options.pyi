# What type checkers see for `accord.orm.strategy_options`: see paths.py.
from accord.orm import *  # noqa: F403 - whatever is public there
