"""Golden files: what was printed once and read by a person, kept beside the tests.

``pytest --update-golden`` writes them anew; read the difference before you commit it.
"""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(request: pytest.FixtureRequest, name: str, text: str) -> None:
    """The text is what the golden file of this name holds, byte by byte."""
    file = GOLDEN / name
    if request.config.getoption("--update-golden"):
        file.write_bytes(text.encode())
    assert file.exists(), f"{file.name} is missing: pytest --update-golden writes it"
    assert file.read_bytes().decode() == text
