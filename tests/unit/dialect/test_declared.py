"""What a dialect declares wrongly is refused where it stands, in one sentence."""

import pytest
from dialect_doubles import PlainDialect

from accord.dialect import (
    DML,
    YES,
    Capabilities,
    Keys,
    Limits,
    Never,
    Since,
    Transactions,
    TwoPhase,
    UpdateForm,
    contradictions,
)
from accord.exc import NoSuchModuleError
from accord.schema.ddl import DDLRenderer


class Sound(PlainDialect):
    ddl_renderer = DDLRenderer


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"keys": Keys(sequences=True)}, "keys.sequences takes YES, Since"),
        ({"dml": DML(returning_insert="3.35")}, "dml.returning_insert takes YES.*not '3.35'"),
        ({"dml": DML(update_forms=(UpdateForm.MERGE,))}, "dml.update_forms is a menu"),
        ({"dml": DML(upsert=[("merge", YES)])}, "dml.upsert is a menu"),
        ({"dml": Keys()}, r"Capabilities\(dml=…\) takes DML"),
        ({"limits": Limits(parameters=0)}, "limits.parameters is a number of at least 1, not 0"),
        ({"limits": Limits(rows=None)}, "limits.rows is a number"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused(groups, message):
    with pytest.raises(TypeError, match=message):
        Capabilities(**groups)


def test_answers_of_the_right_kind_are_taken():
    Capabilities(keys=Keys(sequences=Since("10.3"), identity=Never("none")), limits=Limits(rows=1))


def test_a_sound_dialect_has_no_contradictions():
    assert contradictions(Sound()) == []


def test_a_declared_capability_needs_its_part():
    class NoTwoPhase(Sound):
        capabilities = Capabilities(transactions=Transactions(two_phase=YES))

    class Unfit(Sound):
        capabilities = Capabilities(transactions=Transactions(default_isolation_level="CHAOS"))

    class Driverless(Sound):
        drivers = {"other": "dialect_doubles:OneDriver"}

        def __init__(self):
            super().__init__("other")

    assert contradictions(NoTwoPhase()) == [
        "transactions.two_phase is declared, and Dialect.two_phase is None"
    ]
    assert "'CHAOS' is not among isolation_levels" in contradictions(Unfit())[0]
    assert contradictions(Driverless()) == ["default_driver 'one' is not among drivers"]
    NoTwoPhase.two_phase = TwoPhase
    assert contradictions(NoTwoPhase()) == []


def test_what_is_missing_is_named():
    assert contradictions(PlainDialect()) == ["it has no ddl_renderer"]


# --- drivers ---


class Versioned(Sound):
    drivers = {"one": "test_declared:OldDriver"}
    minimum_drivers = {"one": "3.2"}


class OldDriver:
    paramstyle = "qmark"
    version = "3.1.19"


@pytest.fixture
def driver_version(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "test_declared", sys.modules[__name__])
    return lambda version: monkeypatch.setattr(OldDriver, "version", version)


def test_a_driver_that_is_too_old_says_what_to_install(driver_version):
    with pytest.raises(NoSuchModuleError) as caught:
        _ = Versioned().driver
    assert str(caught.value) == (
        "Driver 'one' of dialect 'plain' is version 3.1.19, and 3.2 is the oldest that works; "
        "pip install accord-plain"
    )


@pytest.mark.parametrize("version", ["3.2", "3.2.0rc1", "3.10", "4"])
def test_a_driver_that_is_new_enough_is_taken(driver_version, version):
    driver_version(version)
    assert Versioned().driver.version == version
