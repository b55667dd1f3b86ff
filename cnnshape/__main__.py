"""The program: ``cnnshape`` and ``python -m cnnshape``."""

import gc
import os
import signal
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and exit."""
    gc.set_threshold(100_000)  # by default a fifteenth of a cold report goes into looking for cycles
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # die at once and silently; an exception may be lost in an import
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # None where it is closed
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from cnnshape.cli import program
    from cnnshape.cli.terminal import Closed, left

    sys.stdout = sys.stdout or Closed()
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115 - it is there as long as the program
    try:
        program(prog_name="cnnshape")
    except SystemExit as ended:
        left(ended)
        gc.freeze()  # what is left goes with the process: Python would look for cycles in it, a sixth of a cold report
        raise


if __name__ == "__main__":
    main()
