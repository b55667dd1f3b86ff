"""What a solution has to meet: conditions in the language of specs, each on its own where ``and`` joins them."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cnnshape.commands.solve.boxes import Box
from cnnshape.commands.sweep.queries import Query
from cnnshape.core.errors import CnnshapeError
from cnnshape.symbolic import Claim

_AND: Final = re.compile(r"\band\b")
_MORE: Final = re.compile(r"\b(or|if|not)\b|!=")


class Condition(NamedTuple):
    """One condition."""

    query: Query

    @property
    def text(self) -> str:
        """As it is written."""
        return self.query.text

    @property
    def plain(self) -> bool:
        """Whether it is a comparison, or several of which all have to hold."""
        return not _MORE.search(self.text)

    def claims(self, box: Box, values: Mapping[str, Any]) -> list[Claim] | None:
        """What has to hold in a box; None where it holds nowhere in it."""
        found: list[Claim] = []
        box.noted = found
        try:
            holds = self.query.holds(values)
        except CnnshapeError as error:
            raise box.settled(error) from None
        finally:
            box.noted = None
        return found if holds else None


def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions that a text joins by ``and``; raises `UsageError` for what cannot be read.

    >>> [each.text for each in conditions("macs <= 300M and params < 4 M")]
    ['macs <= 300M', 'params < 4 M']
    """
    if not text.strip():
        return ()
    whole = Condition(Query(text))
    parts = [part.strip() for part in _AND.split(text)]
    if not whole.plain or len(parts) == 1:
        return (whole,)
    try:
        return tuple(Condition(Query(part)) for part in parts)
    except CnnshapeError:  # an `and` inside of brackets
        return (whole,)
