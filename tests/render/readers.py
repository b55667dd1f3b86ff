"""A reader for each format: it takes a text as its users' programs do, and refuses what a name may not become there.

Each gives back the texts that a person or a program sees, so that a test can look for a name in them.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final
from xml.etree import ElementTree

import cmarkgfm
from cmarkgfm.cmark import Options as Gfm
from typing_extensions import override

from cnnshape.render.names import printable

_CONTROLS: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""What moves a cursor, turns a line around or is not seen."""

_SET: Final = {
    "blockquote", "code", "dd", "details", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "hr", "li", "p", "pre",
    "section", "span", "strong", "style", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_PAGE: Final = {"body", "head", "html", "meta", "title"}
_ALONE: Final = {"meta", "hr"}


class _Tags(HTMLParser):
    """Elements that are closed, all of them among those that we write, and the texts in them."""

    def __init__(self, text: str, known: set[str]) -> None:
        super().__init__()
        self.known, self.open, self.texts, self.bare = known, list[str](), list[str](), list[str]()
        self.feed(text)
        self.close()
        assert not self.open

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.known, tag
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs), attrs
        self.open += [] if tag in _ALONE else [tag]
        self.texts += [value for name, value in attrs if name == "title" and value]

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in _ALONE:
            assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
            self.bare += [] if {"code", "pre"} & {*self.open} else [data]


def _text(text: str) -> list[str]:
    lines = text.splitlines()
    for line in lines:
        assert printable(line) == line, line
    return lines


def _github(text: str) -> list[str]:
    """Annotations, and lines that are no command."""
    lines = text.splitlines()
    for line in lines:
        assert printable(line) == line or re.match(r"::(error|warning|notice) \w+=[^,:]*(,\w+=[^,:]*)*::", line), line
    return lines


def _markdown(text: str) -> list[str]:
    shown = cmarkgfm.github_flavored_markdown_to_html(text, options=Gfm.CMARK_OPT_UNSAFE)
    page = _Tags(shown, _SET)
    assert not re.search(r"(^|\W)@\w", "\n".join(page.bare)), "calls somebody"
    return page.texts


def _html(text: str) -> list[str]:
    assert text.startswith("<!doctype html>")
    return _Tags(text.removeprefix("<!doctype html>"), _SET | _PAGE).texts


_TOKEN: Final = re.compile(
    r"\\(?P<command>[A-Za-z]+\*?)|\\(?P<sign>[^A-Za-z])|(?P<special>[{}$&#^_~%])|(?P<plain>[^\\{}$&#^_~%]+)"
)
_COMMANDS: Final = {
    "noindent", "textbf", "texttt", "textbackslash", "textless", "textgreater", "textbar", "textasciigrave",
    "begin", "end", "toprule", "midrule", "bottomrule", "endhead", "item", "subsection*", "subsubsection*",
    "text", "linewidth", "frac", "left", "right", "lfloor", "rfloor", "lceil", "rceil", "cdot", "mathrm", "max",
    "min", "ge", "le", "ne", "quad", "bmod", "gcd", "sum", "bigl", "bigr", "land", "lor", "lnot", "mathbin",
    "operatorname", "times", "mid", "nmid", "in", "dots", "ldots", "infty", "wedge", "vee", "neg", "qquad",
}  # fmt: skip
"""All that we ever write."""


def _latex(text: str) -> list[str]:
    """Groups and environments are closed, mathematics ends, and every command is one of ours."""
    environments, depth, texts = list[str](), 0, list[str]()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found, text[at : at + 40]
        at = found.end()
        if found["command"]:
            assert found["command"] in _COMMANDS, found["command"]
            if found["command"] in ("begin", "end"):
                name = re.compile(r"\{([a-z]+)\}").match(text, at)
                assert name
                at = name.end()
                if found["command"] == "begin":
                    environments.append(name[1])
                else:
                    assert environments.pop() == name[1]
        elif found["special"]:
            depth += {"{": 1, "}": -1}.get(found["special"], 0)
            assert depth >= 0
            assert found["special"] not in "#%~", text[max(0, at - 30) : at]
            assert found["special"] != "&" or environments, text[max(0, at - 30) : at]
        else:
            texts.append(found["plain"] or found["sign"])
    assert not environments
    assert depth == 0
    assert text.count("$") % 2 == text.count(r"\$") % 2
    return ["".join(texts)]


def _csv(text: str) -> list[str]:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert all(len(row) == len(header) for row in rows)
    cells = [each for row in rows for each in row]
    for each in cells:
        assert each[:1] not in ("=", "+", "-", "@", "\t", "\r") or re.fullmatch(
            r"[-+]?[0-9]+(\.[0-9]+)?(e-?\d+)?", each
        ), each
    return cells


def _json(text: str) -> list[str]:
    def texts(held: object) -> list[str]:
        if isinstance(held, dict):
            return [text for pair in held.items() for each in pair for text in texts(each)]
        return [text for each in held for text in texts(each)] if isinstance(held, list) else [str(held)]

    return texts(json.loads(text))


def _xml(text: str) -> list[str]:
    return [
        each
        for element in ElementTree.fromstring(text).iter()
        for each in (*element.attrib.values(), element.text or "")
    ]


READERS: Final[dict[str, Callable[[str], list[str]]]] = {
    "text": _text, "github": _github, "markdown": _markdown, "html": _html, "latex": _latex, "csv": _csv, "json": _json,
    "sarif": _json, "junit": _xml, "python": str.splitlines,
}  # fmt: skip


def read(text: str, format: str) -> list[str]:
    """The texts in what was written in a format; raises `AssertionError` where somebody's name is more than a text."""
    assert text.endswith("\n")
    assert not _CONTROLS.search(text), ascii(_CONTROLS.search(text))
    for line in text.splitlines():
        assert not line.lstrip().startswith("::") or format == "github", line
        assert "##[" not in line
    return READERS[format](text)
