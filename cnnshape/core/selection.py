"""Lists that people write: names of things, or changes to a default as ``+this`` and ``-that``."""

from collections.abc import Callable, Iterable

from cnnshape.core.errors import Problem, UsageError


def chosen(words: Iterable[str], default: Iterable[str], key: Callable[[str], str], things: str) -> tuple[str, ...]:
    """The keys that these words ask for, each once: ``key`` is that of a word, ``things`` what they are called.

    Raises `UsageError` where some words have a sign and others not, where nothing is left, and what ``key`` raises.

    >>> chosen(["+rf", "-macs"], ["params", "macs"], str, "columns")
    ('params', 'rf')
    >>> chosen(["macs", "rf", "macs"], ["params"], str, "columns")
    ('macs', 'rf')
    """
    words = [word.strip() for word in words if word.strip()]
    signed = [word for word in words if word[0] in "+-"]
    if signed and len(signed) < len(words):
        plain = next(word for word in words if word[0] not in "+-")
        text = (
            f"{things} are either a list or changes to the default, and `{plain}` has no sign while `{signed[0]}` has"
        )
        raise UsageError(Problem(text, hint="write `+a,-b` or `a,b`"))
    keys = dict.fromkeys(default) if signed or not words else {}
    for word in words:
        found = key(word.lstrip("+-"))
        if word[0] == "-":
            keys.pop(found, None)
        else:
            keys[found] = None
    if not keys:
        raise UsageError(Problem(f"no {things.removesuffix('s')} is left"))
    return tuple(keys)
