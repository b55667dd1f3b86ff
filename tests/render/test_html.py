"""The HTML is whole: balanced, escaped, alone, with the exact numbers in the titles of its cells."""

from html.parser import HTMLParser

import pytest
from typing_extensions import override

from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render.html import fragment as element
from cnnshape.render.names import printable
from tests.render.nets import ALL, HOSTILE, NETS, analysed, hostile

PLAIN = Options()


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    return VIEW.render(analysis, "html", options)


def fragment(analysis: Analysis, options: Options = PLAIN) -> str:
    return element(VIEW.document(analysis, options))


VOID = {"meta", "br", "link", "img", "input", "hr"}


class Reader(HTMLParser):
    """Checks that tags are balanced, and keeps rows, titles and tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.titles: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        self.titles += [value for name, value in attrs if name == "title" and value is not None]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if {"td", "th"} & {*self.open}:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("net", ALL)
def test_balanced_rectangular_and_alone(net: str) -> None:
    analysis = analysed(net)
    for text in (render(analysis), fragment(analysis)):
        page = Reader(text)
        assert "script" not in page.tags
        assert "link" not in page.tags
        assert len({len(row) for row in page.rows}) == 1
        assert len(page.rows) == len(analysis.layers) + 2
        assert "http" not in text


def test_names_are_shown_as_they_are() -> None:
    page = Reader(render(hostile()))
    assert [row[0] for row in page.rows[1:-1]] == [printable(name) for name in HOSTILE]


@pytest.mark.parametrize("net", NETS)
def test_titles_hold_the_exact_numbers(net: str) -> None:
    page = Reader(render(analysed(net), Options(columns=("path", "macs"))))
    exact = [int(title.split(", ")[0].rpartition(" ")[2].replace(",", "")) for title in page.titles if "%" in title]
    assert exact == [record.macs for record in analysed(net).layers]


def test_the_heaviest_cell_is_shaded_most() -> None:
    text = fragment(analysed("volume"), Options(columns=("path", "macs")))
    shades = {
        line.split("</code></th>")[0].rpartition(">")[2]: float(line.partition("--s:")[2].partition('"')[0])
        for line in text.split("\n")
        if "--s:" in line and line.startswith("<tr>")
    }
    assert max(shades, key=lambda path: shades[path]) == "mix"
    assert all(0 < shade < 1 for shade in shades.values())


def test_a_notebook_gets_the_element_alone() -> None:
    text = fragment(analysed("chain"))
    assert text.startswith('<div class="cnnshape">')
    assert "<html" not in text
    assert "<table>" in analysed("chain")._repr_html_()
