"""Changes that no test can notice, because nothing changes: equivalent mutants, each with the reason."""

from typing import Final

STRICT: Final = "`strict` only asserts that lengths are equal, as they are by the types of the fields and the ranks"

EQUIVALENT: Final[dict[tuple[str, ...], str]] = {}
"""By path and the lines of the diff, stripped."""


def reason(path: str, diff: list[str]) -> str:
    """Why a survivor is equivalent; empty where it is not known to be."""
    before, after = diff[0][1:].strip(), diff[-1][1:].strip()
    if len(diff) == 2 and before.replace("strict=True", "strict=False") == after:
        return STRICT
    return EQUIVALENT.get((path, before, after), "")
