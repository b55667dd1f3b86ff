"""The public names: lazily imported, and the same for a type checker and at run time."""

import ast
import importlib
from pathlib import Path

import pytest

import cnnshape


def test_the_names_for_the_type_checker_are_those_at_run_time() -> None:
    tree = ast.parse(Path(cnnshape.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert sorted(declared) == sorted(cnnshape.__all__)
    for name, module in declared.items():
        assert module is not None
        assert getattr(cnnshape, name) is getattr(importlib.import_module(module), name)
        assert name in dir(cnnshape)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'cnnshape' has no attribute 'analyse'"):
        getattr(cnnshape, "analyse")  # noqa: B009  # the type checker knows that it is not there
