"""``cnnshape schema``: the JSON Schema of specs, of reports or of diffs."""

import json

import click

from cnnshape.cli.talk import put
from cnnshape.errors import Problem, UsageError


@click.command("schema")
@click.option("--report", is_flag=True, help="The schema of `cnnshape report --format json` instead.")
@click.option("--diff", is_flag=True, help="The schema of `cnnshape diff --format json` instead.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(report: bool, diff: bool, output: str | None) -> None:
    """Print the JSON Schema of the spec language, for completion and checks in editors."""
    if report and diff:
        raise UsageError(Problem("--report and --diff do not go together"))
    if report:
        from cnnshape.render.json import report_schema

        found = report_schema()
    elif diff:
        from cnnshape.render.diffs.json import diff_schema

        found = diff_schema()
    else:
        from cnnshape.schema import spec_schema

        found = spec_schema()
    put(json.dumps(found, indent=2) + "\n", output)
