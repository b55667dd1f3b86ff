"""``cnnshape verify``: an analysis against PyTorch, layer by layer."""

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import FINDINGS, format_of, put, refuse_same_file
from cnnshape.commands.verify.view import VIEW
from cnnshape.core.errors import Problem, UsageError


@click.command("verify")
@SPEC
@set_up(NET)
@click.option("--device", type=click.Choice(["cpu", "cuda", "meta"]), default="cpu", show_default=True,
              help="Where torch runs the net; meta knows shapes only.")  # fmt: skip
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.pass_context
def command(
    ctx: click.Context, /, spec: str, setup: Setup, device: str, format: str | None, output: str | None
) -> None:  # fmt: skip
    """Build the net in the file SPEC in PyTorch, run it there, and compare; exit 1 if anything differs.

    Compared are shapes, parameters and buffers by name, MACs and receptive fields, layer by layer.
    """
    refuse_same_file(output, spec)
    kind = format_of(format, output, VIEW.formats)
    found = analyze(loaded(spec), setup=setup)
    from cnnshape.interop.torch_verify import verify

    try:
        verification = verify(found, device=device)
    except (RuntimeError, AssertionError) as error:  # as torch says that a device is not there or out of memory
        text = f"torch does not run the net on {device}: {str(error).partition(chr(10))[0]}"
        hint = "" if device == "meta" else "`--device meta` compares everything but receptive fields, without memory"
        raise UsageError(Problem(text, hint=hint)) from error
    put(VIEW.render(verification, kind), output)
    if not verification.ok:
        ctx.exit(FINDINGS)
