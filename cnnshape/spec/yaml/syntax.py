"""What the YAML parser complains about, said in one clear sentence with its place."""

from typing import NamedTuple

from yaml.error import Mark as YamlMark
from yaml.error import MarkedYAMLError

from cnnshape.core.errors import Mark, Problem
from cnnshape.core.text import printable, unprintable
from cnnshape.spec.yaml.marks import mark_of

QUOTE = "an expression with a comma or bracket must be quoted inside a flow mapping or list"


class _Rule(NamedTuple):
    """One kind of mistake; the first rule whose needle stands in the complaint speaks."""

    needle: str
    text: str
    hint: str = ""
    at_context: bool = False  # the place to show is where the thing begins, not where the parser gave up


_AT_END: tuple[_Rule, ...] = (
    _Rule("',' or '}'", "this `{{` is not closed", at_context=True),
    _Rule("',' or ']'", "this `[` is not closed", at_context=True),
)

_TAB: tuple[_Rule, ...] = (_Rule("", "a tab stands where only spaces may", "indent with spaces"),)

_RULES = (
    _Rule("quoted scalar: found unexpected", "this quote is not closed", at_context=True),
    _Rule("unknown escape", "double quotes know no such escape", "single quotes keep a backslash as it is"),
    _Rule("quoted scalar", "this escape does not name a character", "single quotes keep a backslash as it is"),
    _Rule("scanning an alias", "a text cannot start with `*`", "quote it", at_context=True),
    _Rule("scanning an anchor", "a text cannot start with `&`", "quote it", at_context=True),
    _Rule(
        " tag", "tags (`!`) are refused: a spec holds plain data", "quote a text that starts with `!`", at_context=True
    ),
    _Rule("directive", "this `%` line is no directive of YAML", at_context=True),
    _Rule("incompatible YAML", "this `%` line asks for a YAML that is not 1.1 or 1.2"),
    _Rule("block scalar", "the text of a `|` or `>` starts on the next line"),
    _Rule("cannot start any token", "`{char}` cannot start a value", "quote the value"),
    _Rule("expected ':'", "a `:` is missing after this key", "write `key: value`", at_context=True),
    _Rule(
        "mapping values",
        "a `:` stands where no key can end",
        "indent the key like its neighbours, or quote a text that holds `: `",
    ),
    _Rule("sequence entries", "a `-` stands where no list can begin", "put the list on lines of its own"),
    _Rule("mapping keys", "a `?` stands where no key can begin"),
    _Rule("',' or '}'", "a `,` or `}}` is missing before `{word}`, in the mapping that line {line} opens"),
    _Rule("',' or ']'", "a `,` or `]` is missing before `{word}`, in the list that line {line} opens"),
    _Rule("node content", "a value is missing before `{word}`"),
    _Rule(
        "block mapping",
        "`{word}` does not continue the mapping that begins in line {line}",
        "indent a key like its neighbours, and quote a value as a whole",
    ),
    _Rule(
        "block collection",
        "`{word}` does not continue the list that begins in line {line}",
        "indent every `-` of a list alike",
    ),
    _Rule("document start", "`{word}` stands after the end of the spec"),
    _Rule("", "this is not YAML: {complaint}"),
)


def syntax_problem(error: Exception, text: str, file: str) -> Problem:
    """The parser's error about a text as a `Problem`."""
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        place, context = error.problem_mark, error.context_mark or error.problem_mark
        return _marked(f"{error.context}: {error.problem}", place, context, text)._replace(file=file)
    found = unprintable(text)
    if found is None:  # the parser written in Python lets Python's own error through for an escape like `\UFFFFFFFF`
        return Problem("an escape in double quotes does not name a character", file=file, id="invalid-yaml")
    mark = mark_of(text[: found.start()])
    return Problem(
        f"the text holds the character U+{ord(found[0]):04X}", file=file, mark=mark, hint="remove it", id="invalid-yaml"
    )


def _marked(complaint: str, place: YamlMark, context: YamlMark, text: str) -> Problem:
    rest = text[place.index : place.index + 200]
    rules = _TAB if rest[:1] == "\t" else (*(() if rest.strip() else _AT_END), *_RULES)
    rule = next(rule for rule in rules if rule.needle in complaint)
    word = printable((rest.split() or ["the end"])[0], 20)
    said = rule.text.format(char=printable(rest[:1]), word=word, line=context.line + 1, complaint=complaint)
    at = context if rule.at_context else place
    hint = QUOTE if "`,`" in rule.text and rest[:1] in set("[](){}") else rule.hint
    return Problem(said, mark=Mark(at.line + 1, at.column + 1), hint=hint, id="invalid-yaml")
