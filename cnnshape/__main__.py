"""The program: ``cnnshape`` and ``python -m cnnshape``."""

import signal
import sys


def main() -> None:
    """Run the command line and exit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # die at once and silently; an exception may be lost in an import
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a text file
    from cnnshape.cli import program

    program(prog_name="cnnshape")


if __name__ == "__main__":
    main()
