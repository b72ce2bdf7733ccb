"""Tells coverage which module of tests is running, in this process and in those that it starts; see coverage.ini."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest

VARIABLE = "COVERAGE_TESTS"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Whatever runs from here on, runs for this test's module."""
    module = item.nodeid.partition("::")[0]
    if os.environ.get(VARIABLE) == module:
        return
    os.environ[VARIABLE] = module
    # The types that dev installs do not hold those of coverage.
    coverage: Any = importlib.import_module("coverage")
    if current := coverage.Coverage.current():
        current.switch_context(module)
