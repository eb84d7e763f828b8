"""Hook plugins: loaded once, called by name, broken ones alone left out."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

from accord import exc
from accord.hooks import PluginRegistry, hookimpl, specs

GROUP = "accord.test_plugins"  # not those that happen to be installed

RECORDER = """
from accord.hooks import hookimpl

heard = []

@hookimpl
def accord_before_flush(session):
    heard.append(session)
"""


@pytest.fixture
def registry() -> PluginRegistry:
    return PluginRegistry(GROUP)


def test_installed_plugins_are_loaded_once(install, registry):
    install("accord-rec", GROUP, {"rec": "rec_plugin"}, rec_plugin=RECORDER)
    registry.load_installed()
    registry.load_installed()
    registry.call("accord_before_flush", session="s")
    assert sys.modules["rec_plugin"].heard == ["s"]
    assert [(p.name, p.source, p.error) for p in registry.plugins()] == [
        ("rec", "accord-rec 1.2", None)
    ]


def test_a_plugin_may_be_given_as_a_class(install, registry):
    source = RECORDER.replace("@hookimpl\ndef accord", "class P:\n  @hookimpl\n  def accord")
    source = source.replace("(session):", "(self, session):")
    source = source.replace("    heard.append", "      heard.append")
    install("accord-rec", GROUP, {"rec": "rec_plugin:P"}, rec_plugin=source)
    registry.load_installed()
    registry.call("accord_before_flush", session="s")
    assert sys.modules["rec_plugin"].heard == ["s"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        (RECORDER.replace("before_flush", "befor_flush"), "did you mean 'accord_before_flush'"),
        (RECORDER.replace("(session)", "(session, extra)"), "extra"),
        ("x = ", "SyntaxError"),
    ],
)
def test_a_broken_plugin_is_left_out_alone(install, registry, source, reason):
    install("accord-bad", GROUP, {"bad": "bad_plugin"}, bad_plugin=source)
    install("accord-rec", GROUP, {"rec": "rec_plugin"}, rec_plugin=RECORDER)
    with pytest.warns(exc.PluginWarning, match="'bad' of accord-bad 1.2.*disabled") as caught:
        registry.load_installed()
    assert reason in str(caught[0].message)
    registry.call("accord_before_flush", session="s")
    assert sys.modules["rec_plugin"].heard == ["s"]
    broken, working = registry.plugins()
    assert broken.name == "bad"
    assert reason in str(broken.error)
    assert working.error is None


def test_a_name_claimed_twice_is_an_error_naming_both(install, registry):
    install("accord-one", GROUP, {"same": "one_plugin"}, one_plugin=RECORDER)
    install("accord-two", GROUP, {"same": "two_plugin"}, two_plugin=RECORDER)
    with pytest.raises(exc.PluginError, match=r"'same' is claimed by accord-one .* and accord-two"):
        registry.load_installed()


def test_an_application_registers_and_unregisters(registry):
    class Veto:
        @hookimpl
        def accord_before_flush(self):
            raise ValueError("not today")

    veto = Veto()
    assert not registry.has_implementations("accord_before_flush")
    assert registry.register(veto, "veto") == "veto"
    assert registry.has_implementations("accord_before_flush")
    with pytest.raises(ValueError, match="not today"):
        registry.call("accord_before_flush", session=None)
    with pytest.raises(exc.PluginError, match="'veto' is registered already"):
        registry.register(Veto(), "veto")
    with pytest.raises(exc.PluginError, match="registered already, as 'veto'"):
        registry.register(veto, "again")
    registry.unregister("veto")
    assert not registry.has_implementations("accord_before_flush")
    assert registry.call("accord_before_flush", session=None) == []
    with pytest.raises(exc.InvalidRequestError, match="No such plugin"):
        registry.unregister("veto")


def test_a_class_is_not_registered_in_place_of_an_instance(registry):
    with pytest.raises(exc.PluginError, match="an instance of Plain"):
        registry.register(type("Plain", (), {}))


def test_the_first_answer_of_a_routing_hook_wins(registry):
    class Silent:
        @hookimpl
        def accord_route(self, request):
            return None

    class Answers:
        @hookimpl
        def accord_route(self, request):
            return f"engine of {request}"

    assert registry.call("accord_route", request="r") is None
    registry.register(Answers())
    registry.register(Silent())
    assert registry.call("accord_route", request="r") == "engine of r"


def test_observers_fail_alone_and_with_a_warning(registry):
    heard = []

    class Fails:
        @hookimpl
        def accord_after_commit(self):
            raise ValueError("too late")

    class Works:
        @hookimpl
        def accord_after_commit(self, session):
            heard.append(session)
            return "answer"

    registry.register(Works(), "works")
    registry.register(Fails(), "fails")
    with pytest.warns(exc.PluginWarning, match="'fails' failed in accord_after_commit.*too late"):
        answers = registry.call("accord_after_commit", session="s")
    assert (heard, answers) == (["s"], ["answer"])


def test_an_observer_cannot_be_a_wrapper(registry):
    class Wrapper:
        @hookimpl(wrapper=True)
        def accord_after_commit(self):
            return (yield)

    with pytest.raises(exc.PluginError, match="cannot be a wrapper"):
        registry.register(Wrapper())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert registry.call("accord_after_commit", session=None) == []


def test_an_unknown_hook_is_refused_with_the_nearest_name(registry):
    with pytest.raises(exc.InvalidRequestError, match="did you mean 'accord_after_flush'"):
        registry.has_implementations("accord_after_flsh")
    with pytest.raises(exc.InvalidRequestError, match="No such hook: 'x'; the hooks are"):
        registry.call("x")


def test_every_hook_is_documented_and_named_alike():
    for name, spec in specs.HOOKS.items():
        assert name.startswith("accord_")
        assert getattr(specs, name).__doc__, name
        assert spec.phase in {"engine", "routing", "flush", "commit", "explain"}


def test_pluggy_is_imported_only_when_there_is_a_plugin():
    program = (
        "import sys, accord.hooks as hooks;"
        "registry = hooks.PluginRegistry('accord.no_such_group');"
        "registry.load_installed();"
        "registry.call('accord_before_flush', session=None);"
        "assert 'pluggy' not in sys.modules;"
        "hooks.hookimpl;"
        "assert 'pluggy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
