"""What goes out: data to stdout or a file, talk to stderr."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from cnnshape.errors import Problem, UsageError

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
        with suppress(OSError):
            print(_coloured(plain(text)), file=sys.stderr, flush=True)


def reason(error: OSError) -> str:
    """What the operating system says."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def gone_quiet() -> None:
    """Nobody reads stdout any more; what is left in its buffer must not fail again when the process ends."""
    with suppress(OSError, ValueError, AttributeError):
        stdout = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout)
        os.close(nowhere)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def room(stated: int | None, format: str, output: str | None) -> int | None:
    """How wide lines may be: as stated, as wide as the terminal, or as they like."""
    if stated is not None or format != "text" or output is not None or not is_terminal():
        return stated
    from shutil import get_terminal_size

    return get_terminal_size().columns


def refuse_same_file(output: str | None, spec: str, option: str = "--output") -> None:
    """Raise `UsageError` where the file to write is the spec that is read."""
    if output is not None and os.path.exists(output) and os.path.realpath(output) == os.path.realpath(spec):
        raise UsageError(Problem(f"{option} is the spec itself, `{output}`", hint="give what is written another name"))


def put(text: str, output: str | None = None) -> None:
    """Data: to stdout, or to a file that is there whole or not at all; raises `UsageError` where that fails."""
    if output is None and sys.stdout is None:
        raise UsageError(Problem("standard output is closed", hint="`--output FILE` writes to a file"))
    try:
        if output is not None:
            _written(text, os.path.realpath(output))  # a link stays a link
        else:
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if output is None:
            gone_quiet()
        name = "the output" if output is None else f"`{output}`"
        raise UsageError(Problem(f"{name} cannot be written: {reason(error)}")) from None


def _written(text: str, target: str) -> None:
    data = text.encode("utf-8", errors="backslashreplace")
    if os.path.exists(target) and not os.path.isfile(target):
        with open(target, "wb") as file:  # a device or pipe is not replaced
            file.write(data)
        return
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else None
    draft = f"{target}.{os.getpid()}.part"
    with _undisturbed(), open(draft, "xb") as file:
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


@contextmanager
def _undisturbed() -> Iterator[None]:
    """An interrupt waits until this is done."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
