"""What each output reads of the inputs: index sets followed through the net, and figures and borders from them.

`propagation` walks the net, `fields` gives figures, `window` answers for one position, `misalignment` names merges.
"""
