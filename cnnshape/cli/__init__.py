"""The command line: a table of commands, each in a module of its own that is imported when it runs.

stdout is data, stderr is talk.  Exit 0 is fine, 1 says that there are findings, 2 bad input or usage.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click
from typing_extensions import override

from cnnshape.cli.terminal import BAD_INPUT, flushed, gone_quiet, plain, reason, say
from cnnshape.core.errors import CnnshapeError, MissingPackage, Problem, UsageError, unknown
from cnnshape.core.version import VERSION
from cnnshape.spec.yaml import noted

COMMANDS: Final[dict[str, str]] = {
    "check": "Hold nets to the budgets that limit their figures.",
    "compare": "Put the figures of nets side by side.",
    "conv": "Compare the ways to build one convolution.",
    "conventions": "Say what other tools would count, and why.",
    "diff": "Say what was done to a net, between files or git revisions.",
    "expand": "Print a net flat, as a spec without blocks and variables.",
    "explain": "Say how the figures of a layer come about, step by step.",
    "formula": "Write a figure of a net as a formula over its sizes.",
    "report": "Say what every layer of a net puts out, holds, computes and sees.",
    "schema": "Print the JSON Schema of specs, for editors, or that of what is printed as JSON.",
    "solve": "Find the values at which a net is largest, or smallest, under some conditions.",
    "sweep": "Say the figures of a net for many values of its variables and sizes.",
    "verify": "Compare an analysis with PyTorch, layer by layer.",
}
"""Commands and what they do; each is ``command`` in the module of its name."""

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141


@contextmanager
def _plainly() -> Iterator[None]:
    """A message about usage quotes what was typed, and shows control characters in it as escapes."""
    try:
        yield
    except click.UsageError as error:
        if (said := error.format_message()) == plain(said):
            raise
        raise click.UsageError(plain(said), error.ctx) from None


def _unwritten(error: OSError) -> str:
    """The message of the operating system where nothing else has noticed what went wrong."""
    name = "the output cannot be written" if error.filename is None else f"`{error.filename}`"
    return Problem(f"{name}: {reason(error)}", id="output-failed").render()


def _refuse_unusable(word: str, ctx: click.Context) -> None:
    """Raise a usage error for a word that no system hands to a program, only another program in the same process."""
    try:
        usable = b"\0" not in os.fsencode(word)
    except UnicodeEncodeError:
        usable = False
    if not usable:
        raise click.UsageError(f"the argument {word[:100]!a} contains a NUL or a lone surrogate", ctx)


class Program(click.Group):
    """A group that imports a command when it runs, and says what is wrong in our voice, never with a traceback."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"cnnshape.commands.{cmd_name}.cli").command
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UsageError(unknown(f"there is no command `{args[0]}`", args[0], COMMANDS))
        return super().resolve_command(ctx, args)

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _plainly():
            for word in args:
                _refuse_unusable(word, ctx)
            try:
                return super().parse_args(ctx, args)
            except BrokenPipeError:  # of a help, say
                gone_quiet()
                ctx.exit(_PIPE_CLOSED)

    @override
    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run it and exit; what cannot be written of a help or of a wrong usage is said like anything else."""
        try:
            return super().main(*args, **kwargs)
        except CnnshapeError as error:
            say(str(error))
        except OSError as error:
            say(_unwritten(error))
        finally:
            flushed()
        sys.exit(BAD_INPUT)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _plainly(), noted():
                return super().invoke(ctx)
        except CnnshapeError as error:
            say(str(error))
            ctx.exit(BAD_INPUT)
        except ModuleNotFoundError as error:
            say(str(MissingPackage.of(error)))
            ctx.exit(BAD_INPUT)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            gone_quiet()
            ctx.exit(_PIPE_CLOSED)
        except OSError as error:
            say(_unwritten(error))
            ctx.exit(BAD_INPUT)
        except MemoryError:
            say(Problem("there is not enough memory for this", id="out-of-memory").render())
            ctx.exit(BAD_INPUT)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"cnnshape {VERSION}")
        ctx.exit()


@click.group("cnnshape", cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which it is.")
def program() -> None:
    """Shapes, parameters, MACs, memory and receptive fields of convolutional networks, without running them."""
