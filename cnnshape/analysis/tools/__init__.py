"""How other tools count, as data: a module for each, whose ``TABLE`` says by op where it departs from our MACs.

What a table says of a net holds for the net as published code writes it, which is how `cnnshape.interop.torch_net`
builds it: a layer that torch.nn has is a module, called as often as the spec uses it; sums, products and joins are
operators (``x + y``, ``x * y``) and functions (``torch.cat``, ``torch.matmul``); a learned tensor is an attribute of
the net.  The net is in inference mode, runs on a CPU and needs gradients, as the tools' own instructions have it.
"""
