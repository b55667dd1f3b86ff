"""Where things stand in a YAML text: PyYAML's parser of events, and a second reading that finds places when asked."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from cnnshape.core.errors import Mark

Get = Callable[[], Any]
"""What hands out the next event."""


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def event_parser(text: str) -> Get:
    """The events of a text, one at each call; those of PyYAML's C library where it has one, ten times as fast."""
    try:
        from yaml.cyaml import CBaseLoader
    except ImportError:
        return PythonParser(text).get_event
    get: Get = CBaseLoader(text).get_event
    return get


def mark_of(before: str) -> Mark:
    """The place after a text."""
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # where YAML ends a line


class Marks:
    """The places of the values of a document; they are found by a second reading, when one is asked for."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self._root: _Place | None = None

    def find(self, at: tuple[str | int, ...], *, key: bool = False) -> Mark | None:
        """The place of the value at these keys (or of its key); of the nearest thing around it where it is not there.

        None where no text was read.
        """
        if not self.text:
            return None
        place = self._root = self._root or _places(self.text)
        for part in at:
            if part not in place.parts:
                break
            found = place.parts[part]
            place = found if isinstance(found, _Place) else _Place(found, found, {})
        mark = place.key if key else place.value
        return Mark(mark.line + 1, mark.column + 1)

    def after(self, at: tuple[str | int, ...]) -> str:
        """The text from the value at these keys on."""
        mark = self.find(at)
        if mark is None:
            return ""
        rest = _BREAK.split(self.text, maxsplit=mark.line - 1)[-1] if mark.line > 1 else self.text
        return rest[mark.column - 1 :]


class _Place(NamedTuple):
    """Where a value and its key stand, as the parser says it, and its parts; a word in a list is only its mark."""

    value: Any
    key: Any
    parts: "dict[str | int, _Place | Any]"


def _places(text: str) -> _Place:
    """The places in a text that has been read without a problem."""
    get: Get = event_parser(text)
    anchors: dict[Any, _Place] = {}

    def walk(event: Any, key: Any = None) -> _Place:
        mark = event.start_mark
        place = _Place(mark, key or mark, {})
        parts = place.parts
        if type(event) is AliasEvent:
            return place._replace(parts=anchors[event.anchor].parts)
        if event.anchor:
            anchors[event.anchor] = place
        if type(event) is MappingStartEvent:
            while type(event := get()) is not MappingEndEvent:
                mark = event.start_mark
                if event.anchor:
                    anchors[event.anchor] = _Place(mark, mark, {})
                parts[event.value] = walk(get(), mark)
        elif type(event) is SequenceStartEvent:
            for index in count():
                if type(event := get()) is SequenceEndEvent:
                    break
                parts[index] = walk(event) if type(event) is not ScalarEvent or event.anchor else event.start_mark
        return place

    get(), get()
    return walk(get())
