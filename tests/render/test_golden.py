"""Every renderer on three nets, byte by byte; the other tests check what must hold of any such output."""

import pytest

from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render import render
from tests.golden_files import assert_golden
from tests.render.nets import NETS, analysed

FACES = {
    "txt": ("text", Options()),
    "80.txt": ("text", Options(width=80)),
    "exact.txt": ("text", Options(units="exact", sort="macs", columns=("+macs_percent", "+params_percent", "-rf"))),
    "blocks.txt": ("text", Options(level=1)),
    "md": ("markdown", Options()),
    "json": ("json", Options()),
    "csv": ("csv", Options()),
    "html": ("html", Options()),
    "tex": ("latex", Options()),
}


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("ending", FACES)
def test_face(net: str, ending: str, request: pytest.FixtureRequest) -> None:
    form, options = FACES[ending]
    assert_golden(request, f"{net}.{ending}", render(analysed(net), form, options))


@pytest.mark.parametrize("net", NETS)
def test_the_same_bytes_twice(net: str) -> None:
    import cnnshape
    from tests.golden_files import GOLDEN

    again = cnnshape.analyze(GOLDEN / f"{net}.yaml")
    for form in VIEW.formats:
        assert render(again, form) == render(analysed(net), form)
