# What type checkers see for `accord.engine.base`: see paths.py.
from accord.engine import *  # noqa: F403 - whatever is public there
