"""Messages beside the specs that earn them: each file is wrong on purpose and opens with what cnnshape says of it.

`pytest tests/spec/test_messages.py --update-golden` writes the first comment lines anew; read the difference before you
commit it.
"""

from pathlib import Path

import pytest

import cnnshape
from cnnshape.core.errors import CnnshapeError

FILES = sorted((Path(__file__).parent / "messages").glob("*.yaml"))


def split(text: str) -> tuple[str, str]:
    """The expected message in the comment lines at the top, and the spec below them."""
    lines = text.splitlines(keepends=True)
    count = next(place for place, line in enumerate([*lines, ""]) if not line.startswith("#"))
    return "".join(line[2:] or "\n" for line in lines[:count]), "".join(lines[count:])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    expected, spec = split(file.read_text())
    wrong = tmp_path / "net.yaml"
    wrong.write_text(spec)
    with pytest.raises(CnnshapeError) as caught:
        cnnshape.analyze(wrong)
    said = str(caught.value).replace(f"{tmp_path}/", "") + "\n"
    if request.config.getoption("--update-golden"):
        file.write_text("".join(f"# {line}".rstrip() + "\n" for line in said.splitlines()) + spec)
        return
    assert said == expected


def test_there_are_messages() -> None:
    assert len(FILES) > 30
