"""The language: YAML with places, expressions, variables, blocks and the document that a spec file holds."""

from cnnshape.core.moved import handed_on

__getattr__ = handed_on(__name__, "cnnshape.spec.document")
