"""Messages beside the budgets that earn them: each file is wrong on purpose and opens with what cnnshape says of it.

`pytest tests/commands/check/test_messages.py --update-golden` writes the first comment lines anew; read the difference
before you commit it.
"""

from pathlib import Path

import pytest

import cnnshape
from cnnshape.core.errors import CnnshapeError
from tests.spec.test_messages import split

FILES = sorted((Path(__file__).parent / "messages").glob("*.yaml"))
NET = """\
cnnshape: 1
input: [3, 8, 8]
layers: {conv: {op: Conv2d, out_channels: 2, kernel_size: 3}}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    expected, text = split(file.read_text())
    (tmp_path / "net.yaml").write_text(NET)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text)
    with pytest.raises(CnnshapeError) as caught:
        cnnshape.check(wrong)
    said = str(caught.value).replace(f"{tmp_path}/", "") + "\n"
    if request.config.getoption("--update-golden"):
        file.write_text("".join(f"# {line}".rstrip() + "\n" for line in said.splitlines()) + text)
        return
    assert said == expected


def test_there_are_messages() -> None:
    assert len(FILES) > 25
