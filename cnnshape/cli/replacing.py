"""Files that several processes may update: one at a time, each whole or as it was, and nothing left beside them."""

import errno
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from cnnshape.cli.terminal import endings, reason, undisturbed
from cnnshape.core.errors import Problem, UsageError
from cnnshape.render.names import printable

LOCK: Final = ".cnnshape.lock"
"""The file that locks a folder where the system cannot lock the folder itself."""

_PATIENCE: Final = 60.0  # seconds
_PAUSE: Final = 0.05


@contextmanager
def locked(files: Collection[str]) -> Iterator[None]:
    """Nobody else is here who asks for the same while some files are read, changed and written.

    The lock is one of the folder, which ends with the process whatever ends that, and leaves no file behind.  On a
    system or disk without such locks a file stands for it.  Raises `UsageError` after a minute of waiting.
    """
    folders = sorted({os.path.dirname(os.path.realpath(file)) for file in files})
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(_locked(folder))
        yield


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    shown = printable(os.path.relpath(folder))
    try:
        import fcntl

        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (ImportError, AttributeError):  # Windows
        opened = -1
    except OSError as error:
        raise UsageError(
            Problem(f"the folder `{shown}` cannot be locked: {reason(error)}", id="output-failed")
        ) from None
    if opened < 0:
        with _lock_file(os.path.join(folder, LOCK)):
            yield
        return
    try:
        with ExitStack() as stack:
            for _ in _waiting(f"the folder `{shown}`", "wait until it has ended"):
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):  # some network disks
                        stack.enter_context(_lock_file(os.path.join(folder, LOCK)))
                        break
            yield
    finally:
        os.close(opened)


@contextmanager
def _lock_file(file: str) -> Iterator[None]:
    shown = printable(os.path.relpath(file))
    held = False
    with _unwound():
        try:
            for _ in _waiting(f"`{shown}`", "delete the file if no update is running"):
                with undisturbed():
                    held = _created(file)
                if held:
                    break
            yield
        finally:
            if held:
                with suppress(OSError):
                    os.unlink(file)


def _created(file: str) -> bool:
    """Whether a file was not there and is now; raises `UsageError` where it cannot be."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        raise UsageError(
            Problem(f"`{printable(file)}` cannot be written: {reason(error)}", id="output-failed")
        ) from None
    return True


def _waiting(what: str, hint: str) -> Iterator[None]:
    """Tries until there is no patience left; raises `UsageError` then."""
    end = time.monotonic() + _PATIENCE
    while True:
        yield
        if time.monotonic() > end:
            raise UsageError(Problem(f"another update has locked {what} for more than a minute", hint=hint))
        time.sleep(_PAUSE)


def replace_all(texts: Mapping[str, str], ready: Callable[[], None] = lambda: None) -> None:
    """Write files: drafts of all first, which then take the places of the files; a link stays a link.

    ``ready`` is called when the drafts are there: what it raises leaves all files as they were.  Raises `UsageError`
    where one cannot be written, and leaves no draft.
    """
    drafts: dict[str, str] = {}
    with _unwound():
        try:
            with undisturbed():
                for file, text in texts.items():
                    with _explained(file):
                        target = os.path.realpath(file)
                        drafts[target] = _draft(target, text)
            ready()  # an interrupt comes through here: nobody may be reading
            with undisturbed():
                for target in [*drafts]:
                    with _explained(target):
                        os.replace(drafts[target], target)
                        del drafts[target]
        finally:
            for draft in drafts.values():
                with suppress(OSError):
                    os.unlink(draft)


@contextmanager
def _explained(file: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            Problem(f"`{printable(file)}` cannot be written: {reason(error)}", id="output-failed")
        ) from None


def _draft(target: str, text: str) -> str:
    """A file beside another, with its rights, that holds what is to be in its place."""
    folder, name = os.path.split(target)
    draft = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(8)}.part")
    with open(draft, "xb") as stream:
        try:
            stream.write(text.encode("utf-8", errors="backslashreplace"))
            stream.flush()
            os.fsync(stream.fileno())
            with suppress(FileNotFoundError):
                os.chmod(draft, os.stat(target).st_mode & 0o777)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
    return draft


def refuse_unwritable(file: str | None) -> None:
    """Raise `UsageError` for a file that cannot be written, without writing it."""
    if file is None:
        return
    target = os.path.realpath(file)
    folder = os.path.dirname(target)
    replaced = os.path.isfile(target) or not os.path.exists(target)  # a device or pipe is written to
    problem = 0
    if os.path.isdir(target):
        problem = errno.EISDIR
    elif not os.path.isdir(folder):
        problem = errno.ENOENT
    elif not os.access(folder if replaced else target, os.W_OK):
        problem = errno.EACCES
    if problem:
        raise UsageError(
            Problem(f"`{printable(file)}` cannot be written: {os.strerror(problem).lower()}", id="output-failed")
        )


@contextmanager
def _unwound() -> Iterator[None]:
    """What asks the process to end raises `SystemExit`, so that what has to be undone is."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in endings()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
