"""Whatever the net, every renderer gives a whole report of it."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.commands.report.view import Options
from cnnshape.render import render
from tests.analysis.nets import Net
from tests.analysis.random_nets import nets
from tests.render.strict import validator
from tests.render.test_html import Reader
from tests.render.test_markdown import table

SCHEMA = validator("report")
NETS = st.one_of(nets(axes=1), nets(axes=2))


@given(net=NETS, width=st.integers(1, 200))
def test_every_renderer_takes_every_net(net: Net, width: int) -> None:
    analysis = cnnshape.analyze(net.graph())
    layers = len(analysis.layers)
    SCHEMA.validate(json.loads(render(analysis, "json")))
    assert len(list(csv.reader(io.StringIO(render(analysis, "csv"))))) == layers + 1
    assert len(table(render(analysis, "markdown"))) == layers + 3
    assert len(Reader(render(analysis, "html")).rows) == layers + 2
    assert render(analysis, "text", Options(width=width)).count("\n") > layers + 10
    assert len(analysis.frame()) == layers
