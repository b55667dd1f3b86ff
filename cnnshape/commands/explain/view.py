"""How explanations show themselves."""

from typing import Final

from cnnshape.commands.explain.data import data
from cnnshape.commands.explain.layer_blocks import layer_document
from cnnshape.commands.explain.net_blocks import net_document
from cnnshape.commands.explain.records import Explanation
from cnnshape.commands.explain.totals import NetExplanation
from cnnshape.render.document import Document
from cnnshape.render.formats import View


def _document(of: Explanation | NetExplanation, _: object) -> Document:
    return [*(layer_document(of) if isinstance(of, Explanation) else net_document(of))]


VIEW: Final = View(_document, data, width=80)
