"""What goes out: data to stdout or a file, talk to stderr."""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from typing_extensions import override

from cnnshape.core.errors import Problem, UsageError
from cnnshape.render.formats import ENDINGS
from cnnshape.spec.yaml import was_read

FINDINGS: Final = 1
BAD_INPUT: Final = 2

_COLOURS: Final = {"error:": "31;1", "warning:": "33;1", "hint:": "36"}


def _coloured(text: str) -> str:
    """The words that open a message in colour, where a person reads it and has not asked for none."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return re.sub(r"^(error:|warning:|hint:)", lambda m: f"\x1b[{_COLOURS[m[0]]}m{m[0]}\x1b[0m", text, flags=re.M)


def plain(text: str) -> str:
    r"""A text without anything that would move the cursor or change what is around it.

    >>> print(plain("no such option: --\x1b[31m"))
    no such option: --\x1b[31m
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def say(text: str) -> None:
    """Talk: a message to the person at the terminal."""
    if sys.stderr is not None:
        try:
            print(_coloured(plain(text)), file=sys.stderr, flush=True)
        except OSError:
            gone_quiet(sys.stderr)


def reason(error: OSError) -> str:
    """What the operating system says."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def gone_quiet(stream: Any = None) -> None:
    """Nobody reads a stream any more, stdout by default; what its buffer holds must not fail again at the end."""
    with suppress(OSError, ValueError, AttributeError):
        number = (sys.stdout if stream is None else stream).fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def flushed() -> None:
    """Leave nothing in the buffers of stdout and stderr: what did not go out has been said, and fails no more."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                gone_quiet(stream)


def endings() -> list[int]:
    """The signals that ask the program to end, but those that it was started to ignore, as ``nohup`` does."""
    import signal

    found = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return [number for number in found if signal.getsignal(number) is not signal.SIG_IGN]


_hurried = False


def hurry() -> None:
    """From now on the program ends without what Python does before it ends, which could fail or wait."""
    global _hurried
    _hurried = True


def left(ended: SystemExit) -> None:
    """The program has said what it had to; where it hurries it is over now."""
    if _hurried and isinstance(ended.code, int):
        os._exit(ended.code)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def room(stated: int | None, format: str, output: str | None) -> int | None:
    """How wide lines may be: as stated, as wide as the terminal, or as they like."""
    if stated is not None or format != "text" or output is not None or not is_terminal():
        return stated
    from shutil import get_terminal_size

    return get_terminal_size().columns


def format_of(stated: str | None, output: str | None, formats: Iterable[str], option: str = "--output") -> str:
    """The format asked for, or that of the file's ending; text, or the only one there is, without either.

    Raises `UsageError` for an ending that stands for none of the formats.

    >>> format_of(None, "net.md", ["text", "markdown"]), format_of(None, "net", ["yaml"])
    ('markdown', 'yaml')
    """
    known = list(formats)
    if stated is not None:
        return stated
    ending = os.path.splitext(output or "")[1].lower()
    found = next((name for name, endings in ENDINGS.items() if ending in endings), ending)
    if found in known:
        return found
    if found == "text":
        return known[0]
    endings = [each for name, of in ENDINGS.items() for each in of if each and (name in known or name == "text")]
    hint = f"use one of {', '.join(endings)}" + (", or state the format with --format" if len(known) > 1 else "")
    raise UsageError(Problem(f"{option} `{output}`: no format is written as `{ending}`", hint=hint))


def same_file(one: str, other: str) -> bool:
    """Whether two names are of one file, through links and other spellings too, also where it is not there yet."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other)


_CHANNELS: Final = (1, 3)
"""What is taken for channels where they come last, as in 224x224x3."""


def _as_sizes(output: str) -> str:
    """What to write after ``--input`` where the name of a file is a size; empty for any other name.

    >>> [_as_sizes(text) for text in ("224*224", "x=[3, 224, 224]", "224x224x3", "net.txt", "x=net")]
    ['224x224', 'x=224x224', '224x224', '', '']
    """
    name, equals, stated = output.rpartition("=")
    bare = stated.strip().removeprefix("[").removeprefix("(").removesuffix("]").removesuffix(")").strip()
    if "/" in name or os.sep in name or not re.fullmatch(r"\d+(\s*[xX*×,]\s*\d+)*", bare, re.ASCII):
        return ""
    sizes = re.findall(r"\d+", bare)
    last = len(sizes) > 2 and int(sizes[-1]) in _CHANNELS and int(sizes[-3]) not in _CHANNELS
    spatial = sizes[-3:-1] if last else sizes[-2:]
    return f"{name.strip()}{equals}{'x'.join(spatial)}"


def refuse_same_file(output: str | None, spec: str, option: str = "--output") -> None:
    """Raise `UsageError` where the file to write is the spec that is read, or where a size stands for it."""
    if output is not None and not os.path.exists(output) and (sizes := _as_sizes(output)):
        text = f"{option} takes the name of a file, and `{output}` is a size"
        raise UsageError(Problem(text, hint=f"write `--input {sizes}` for a size, or `./{output}` for such a file"))
    if output is not None and os.path.isfile(os.path.realpath(output)) and same_file(os.path.realpath(output), spec):
        raise UsageError(Problem(f"{option} is the spec itself, `{output}`", hint="give what is written another name"))


def refuse_read(output: str | None, option: str = "--output") -> None:
    """Raise `UsageError` where the file to write is one that has been read: an include, a baseline, a budget."""
    if output is not None and (was_read(output) or was_read(os.path.realpath(output))):  # where it would be written
        text = f"{option} would overwrite `{output}`, which this command reads"
        raise UsageError(Problem(text, hint="write to another file"))


def refuse_one_file(output: str | None, summary: str | None) -> None:
    """Raise `UsageError` where two things would be written to one file."""
    if output is None or summary is None or (os.path.exists(output) and not os.path.isfile(output)):
        return
    if same_file(output, summary):
        text = f"--summary and --output are the same file, `{output}`"
        raise UsageError(Problem(text, hint="write them to two files"))


def put(text: str, output: str | None = None, option: str = "--output", *, replaces: bool = False) -> None:
    """Data: to stdout, or to a file that is there whole or not at all; raises `UsageError` where that fails.

    All of it is written, whatever stdout takes at once.  A file that has been read is not written to, unless what is
    written ``replaces`` it.
    """
    if output is None and sys.stdout is None:
        raise UsageError(CLOSED)
    if not replaces:
        refuse_read(output, option)
    try:
        if output is not None:
            _written(text, output)
        else:
            _all_out(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        if output is None:
            gone_quiet()
        name = "the output" if output is None else f"`{output}`"
        raise UsageError(Problem(f"{name} cannot be written: {reason(error)}", id="output-failed")) from None


CLOSED: Final = Problem("standard output is closed", hint="`--output FILE` writes to a file", id="output-failed")


class Closed(io.TextIOBase):
    """What stands for a stdout that is closed: where something is written to it, that is said."""

    @override
    def write(self, text: str) -> int:
        """Raises `UsageError` for whatever would be lost."""
        if text:
            raise UsageError(CLOSED)
        return 0


def _all_out(text: str) -> None:
    """Write to stdout until all of it is out: a pipe or a full disk may take a part of it and no more."""
    stream: Any = sys.stdout
    stream.flush()
    below = getattr(stream, "buffer", None)
    if below is None:  # no file, as in a notebook
        stream.write(text)
        stream.flush()
        return
    raw = getattr(below, "raw", below)
    left = memoryview(text.encode(getattr(stream, "encoding", None) or "utf-8", "backslashreplace"))
    while left:
        taken = raw.write(left)
        if taken is None:  # a pipe that does not wait is full
            from select import select

            select([], [raw], [])
        else:
            left = left[taken:]
    below.flush()


def _written(text: str, output: str) -> None:
    data = text.encode("utf-8", errors="backslashreplace")
    target = os.path.realpath(output)  # a link stays a link
    if os.path.exists(output) and not os.path.isfile(output):
        with open(output, "wb") as file:  # a device or pipe is not replaced
            file.write(data)
        return
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else None
    draft = draft_name(target)
    with undisturbed(), open(draft, "xb") as file:
        try:
            file.write(data)
            file.close()
            if mode is not None:
                os.chmod(draft, mode)
            os.replace(draft, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise


def draft_name(target: str) -> str:
    """A name beside a file for what becomes that file, which nobody else takes."""
    folder, name = os.path.split(target)
    return os.path.join(folder, f"{name[:40]}.{os.urandom(4).hex()}.part")


@contextmanager
def undisturbed() -> Iterator[None]:
    """An interrupt, or a request to end, waits until this is done."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
