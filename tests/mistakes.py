"""Every small mistake that a document can have, for tests that a schema notices them."""

from collections.abc import Container, Iterator
from typing import Any, Final, NamedTuple

import jsonschema


class Free(NamedTuple):
    """What a schema leaves open, by the key that holds it."""

    names: Container[str] = ()
    """Mappings whose keys are names, so that one more or less is no mistake."""
    whole: Container[str] = ()
    """Mappings of which nothing is said but that they are some."""


STRICT: Final = Free()


def mistakes(held: Any, free: Free = STRICT, key: str = "") -> Iterator[tuple[str, Any]]:
    """The document with one mistake each, and what it is: a key gone, a key too many, a value of another type.

    >>> [said for said, _ in mistakes({"n": 1})]
    ['n gone', 'n: not int', 'n: no whole number', 'one more', 'not dict']
    """
    if isinstance(held, dict) and key not in free.whole:
        for name, inner in held.items():
            if key not in free.names:
                yield f"{name} gone", {other: value for other, value in held.items() if other != name}
            for said, wrong in mistakes(inner, free, name):
                yield f"{name}: {said}", {**held, name: wrong}
        if key not in free.names:
            yield "one more", {**held, "surprise": 1}
    if isinstance(held, list):
        for place, inner in enumerate(held):
            for said, wrong in mistakes(inner, free):
                yield f"{place}: {said}", [*held[:place], wrong, *held[place + 1 :]]
    yield f"not {type(held).__name__}", [] if isinstance(held, dict) else {}
    if isinstance(held, int) and not isinstance(held, bool):
        yield "no whole number", held + 0.5


def unnoticed(schema: dict[str, Any], good: Any, free: Free = STRICT) -> list[str]:
    """The mistakes that a schema takes; raises `jsonschema.ValidationError` where it refuses the document itself."""
    judge = jsonschema.Draft202012Validator(schema)
    judge.validate(good)
    return [said for said, wrong in mistakes(good, free) if judge.is_valid(wrong)]
