"""What needs another library: building, checking and importing networks with it.  Imported by nothing but commands."""

from cnnshape.core.errors import MissingPackage, Problem


def missing(package: str, extra: str) -> MissingPackage:
    """The error for an optional package that is not installed.

    >>> print(missing("torch", "torch"))
    error: this needs the package torch, which is not installed [missing-package]
    <BLANKLINE>
    hint: pip install 'cnnshape[torch]'
    """
    text = f"this needs the package {package}, which is not installed"
    return MissingPackage(Problem(text, hint=f"pip install 'cnnshape[{extra}]'"))
