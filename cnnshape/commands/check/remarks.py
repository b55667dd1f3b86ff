"""What a check says beside its limits: notes for a reviewer, and files that are no specs."""

from typing import Final, Literal, NamedTuple

from cnnshape.core.errors import Mark

NoteKind = Literal["weaker", "unchecked", "renamed", "new", "unread"]
NOTE_KINDS: Final[tuple[NoteKind, ...]] = ("weaker", "unchecked", "unread", "renamed", "new")
"""The kinds of notes, what a reviewer should look at first."""


class Note(NamedTuple):
    """Something about a budget that no limit says, on one line."""

    kind: NoteKind
    """``weaker``: a limit that was stricter; ``unchecked``: a net or file that was checked and is not any more;
    ``renamed`` and ``new``: what it says; ``unread``: an earlier budget that cannot be read, so that nothing is said
    of its limits."""
    text: str
    file: str = ""
    mark: Mark | None = None

    @property
    def alarming(self) -> bool:
        """Whether the guard is less than it was, or may be."""
        return self.kind in ("weaker", "unchecked", "unread")


class Skipped(NamedTuple):
    """A file that a glob matches and that is not a spec."""

    file: str
    kind: Literal["blocks", "budget", "baseline"]
