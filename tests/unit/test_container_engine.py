"""Where no engine can run, the reason is one sentence, and nothing was begun."""

import os

import pytest

from tests.containers import engine


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "cache"


def test_who_is_not_root_needs_an_engine_that_answers(bare, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(engine.NoEngineError, match="only root can start one"), engine.running(bare):
        pass
    assert not bare.exists()


def test_a_machine_without_debians_packages_needs_an_engine_that_answers(bare, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(engine.NoEngineError, match="without Debian's packages"), engine.running(bare):
        pass
    assert not bare.exists()
