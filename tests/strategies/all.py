"""The strategies of all families: op name to how its legal cases are drawn, and cases that may be illegal."""

import pkgutil
from importlib import import_module

from hypothesis.strategies import SearchStrategy

import tests.strategies
from tests.strategies.case import Case

VALID: dict[str, SearchStrategy[Case]] = {}
WILD: dict[str, SearchStrategy[Case]] = {}

for _module in pkgutil.iter_modules(tests.strategies.__path__):
    if _module.name != "all":
        _family = import_module(f"tests.strategies.{_module.name}")
        VALID |= getattr(_family, "VALID", {})
        WILD |= getattr(_family, "WILD", {})
