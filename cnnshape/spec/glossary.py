"""What each key of a spec and each field of a layer says, in a few words: what an editor shows over it."""

from typing import Final

SPEC: Final[dict[str, str]] = {
    "cnnshape": "the version of the language",
    "name": "the name of the net; the file's name where it is not stated",
    "description": "a text; it changes no figure",
    "input": "the shape of one sample, without the batch: [3, 224, 224]",
    "inputs": "names and shapes of several inputs, without the batch",
    "vars": "names and values of variables, which expressions may name",
    "variants": "names of settings of these variables: the members of a family, chosen with --variant",
    "include": "files with more blocks, in the folder of the spec or below",
    "blocks": "templates of layers with variables of their own, called as {block: name}",
    "layers": "names and layers, in order: a layer reads what stands above it",
    "outputs": "what the net puts out, a name or a list; the last layer where it is not stated",
    "unused": "layers that are meant to reach no output",
    "budget": "limits that `cnnshape check` holds the net to",
    "meta": "anything; cnnshape does not read it",
}
"""The keys of a spec and of a file of blocks."""

BLOCK: Final[dict[str, str]] = {
    "description": "a text; it changes no figure",
    "inputs": "names of what a call reads, where it is more than one; `input` where it is not stated",
    "vars": "the variables of the block with their defaults; `required` where every call must give one",
    "layers": "names and layers, in order; a call has the value of the last one",
}
"""The keys of a block."""

ENTRY: Final[dict[str, str]] = {
    "op": "the name of a layer, or an expression that gives one",
    "block": "a block of this file or of one that it includes, std/NAME, or an expression that gives one",
    "shares": "an earlier layer or call, which runs again here with the same weights; only `from` goes with it",
    "from": "what it reads: the name of a layer above or of an input, or a list; the layer above if not stated",
    "when": "a condition; where it is false, this is left out and its name stands for what it would have read",
    "trainable": "whether training changes its parameters; true where it is not stated",
    "repeat": "so many copies, each of which reads the one before; `i` is the number of a copy, from 0",
    "first": "other values of variables for the first copy",
}
"""The keys of a layer, a call and a shared layer that are no fields and no variables."""

RULE: Final[dict[str, str]] = {
    "metric": "which figure is limited",
    "select": "of what: `total`, a glob of paths, or a mapping of path, op, block and take",
    "max": "the most it may be, with its unit: 4.1 GMACs, 512 KiB",
    "min": "the least it may be, with its unit",
    "equals": "what it has to be exactly",
    "max_increase": "how much more than in the baseline it may be: an amount, or a share such as 3 %",
    "batch": "samples in a batch; 1 where it is not stated",
    "dtype": "the type of every element; float32 where it is not stated",
    "input": "other sizes of the input, or a mapping of inputs to sizes",
    "variant": "the variants that it holds for, as a glob or a list of globs",
    "set": "other values of variables",
    "flops": "the FLOP convention; torch where it is not stated",
    "memory": "the rule of the peak; separate where it is not stated",
    "level": "error fails the check, warn only says so",
    "message": "what to tell whoever breaks it",
    "name": "what the rule is called in messages",
    "specs": "the specs that it holds for, of those that the budget names",
}
"""The keys of a rule of a budget."""

SELECTION: Final[dict[str, str]] = {
    "path": "a glob of paths of layers or blocks",
    "op": "the op of the layers",
    "block": "the block that the layers stand in",
    "take": "their sum, the largest, or each by itself",
    "output": "an output of the net, in place of layers",
}
"""The keys of a selection."""

FIELDS: Final[dict[str, str]] = {
    "add_bias_kv": "a learned key and value are added to the sequence",
    "add_zero_attn": "a key and value of zeros are added to the sequence",
    "affine": "a learned factor and shift for each channel",
    "align_corners": "the corner pixels of input and output lie on each other",
    "alpha": "the alpha of its formula",
    "approximate": "exact, or by a hyperbolic tangent",
    "batch_first": "axes are (batch, sequence, features); otherwise the sequence is first",
    "beta": "the beta of its formula",
    "bias": "a learned shift is added",
    "ceil_mode": "the output size is rounded up, not down",
    "count_include_pad": "the mean counts the padding; it changes no figure",
    "dilation": "the distance between elements of the kernel, per axis",
    "dim": "the axis or axes it works on, counted from 0 with the batch, from the end where negative",
    "dim0": "one of the two axes, counted from 0 with the batch",
    "dim1": "the other of the two axes, counted from 0 with the batch",
    "dims": "the axes, counted from 0 with the batch",
    "divisor_override": "what the sum of a window is divided by, if not by its size; it changes no figure",
    "downscale_factor": "r: blocks of r by r pixels become channels",
    "dropout": "the share that training drops; it changes no figure",
    "elementwise_affine": "a learned factor for each element, and a shift where there is one",
    "embed_dim": "the features of the query; read from the input, checked where it is stated",
    "end": "the index behind the last one",
    "end_dim": "the last axis that is flattened",
    "eps": "keeps a division away from 0; it changes no figure",
    "groups": "channels in and out are split into so many groups that do not see each other",
    "in1_features": "the features of the first input; read from it, checked where it is stated",
    "in2_features": "the features of the second input; read from it, checked where it is stated",
    "in_channels": "the channels of the input; read from it, checked where it is stated",
    "in_features": "the features of the input; read from it, checked where it is stated",
    "index": "which index of the axis",
    "init": "the slope before training; it changes no figure",
    "inplace": "it changes no figure",
    "k": "the k of its formula",
    "kdim": "the features of the key; read from the input, checked where it is stated",
    "keepdim": "axes that are reduced stay, with size 1",
    "kernel_size": "the size of the window, per axis",
    "lambd": "the bound of its formula",
    "lower": "the least slope",
    "max": "the upper bound",
    "max_val": "the upper bound",
    "min": "the lower bound",
    "min_val": "the lower bound",
    "mode": "how values between pixels are found",
    "momentum": "of the running statistics; it changes no figure",
    "negative_slope": "the slope below 0",
    "norm_type": "the power of the norm",
    "normalized_shape": "the sizes of the last axes, which are normalised",
    "num_channels": "the channels of the input; read from it, checked where it is stated",
    "num_features": "the channels of the input; read from it, checked where it is stated",
    "num_groups": "into how many groups the channels are split",
    "num_heads": "into how many heads the features are split",
    "num_parameters": "slopes: 1 for all channels, or one for each",
    "out_channels": "the channels that come out",
    "out_features": "the features that come out",
    "output_padding": "added to the size of the output, at one side of each axis",
    "output_size": "the size that comes out, per axis",
    "p": "the share that training drops; it changes no figure",
    "padding": "what is added at both sides, per axis",
    "padding_mode": "what the padding is filled with",
    "recompute_scale_factor": "what is read follows the size that comes out, not the factor",
    "repeats": "how often each axis is repeated",
    "return_indices": "also puts out where each largest value stood, for max unpooling",
    "scale_factor": "how much larger each axis becomes",
    "shape": "the shape that comes out, with `batch` or -1 in front; one -1 stands for what is left",
    "shifts": "how far each axis is moved",
    "size": "the size that comes out, per axis",
    "sizes": "the shape that comes out, batch included; -1 keeps an axis",
    "start": "the first index",
    "start_dim": "the first axis that is flattened",
    "step": "the distance from one index to the next",
    "stride": "how far the window moves from one output to the next, per axis",
    "threshold": "the bound of its formula",
    "track_running_stats": "keeps a mean and variance as buffers, for inference",
    "unflattened_size": "the sizes that the axis is split into; -1 for what is left",
    "upper": "the largest slope",
    "upscale_factor": "r: groups of r by r channels become pixels",
    "value": "what stands in the padding",
    "vdim": "the features of the value; read from the input, checked where it is stated",
    "SlidingWindow.stride": "how far the window moves from one output to the next, per axis; null is the kernel's size",
    "_MaxUnpool.stride": "how far the window moves from one input to the next, per axis; null is the kernel's size",
    "_Pad.padding": "what is added at each side, the last axis first: [left, right, top, bottom, ...]; negative crops",
    "LocalResponseNorm.size": "how many channels a window has",
    "Parameter.shape": "the shape of the tensor; nothing is added for the batch",
    "Threshold.value": "what stands for elements that are not above the threshold",
}
"""The fields of the layers that come with the package; `Class.field` where it means something else there."""


VARIABLES: Final[dict[str, str]] = {
    "act": "activation, the name of an op; Identity for none",
    "bias": "bias of each convolution",
    "bn": "batch norm behind each convolution",
    "bottleneck": "whether there is a 1 x 1 convolution first",
    "branch": "channels that the convolutions put out",
    "c": "channels out",
    "c1": "channels of the 1 x 1 branch",
    "c3": "channels of the 3 x 3",
    "c5": "channels of the 5 x 5",
    "dilation": "dilation",
    "dims": "axes of space: 1, 2 or 3",
    "e1": "channels of the 1 x 1 expand layer",
    "e3": "channels of the 3 x 3 expand layer",
    "expand": "how many times wider it is made",
    "first_groups": "groups of the first convolution",
    "gate": "what makes the weights of the channels, the name of an op",
    "groups": "groups",
    "growth": "channels that each layer adds",
    "hidden": "channels between",
    "k": "kernel",
    "k5": "kernel of the branch named 5 x 5",
    "kt": "kernel over time",
    "mid": "channels between",
    "multiplier": "channels out for each channel in",
    "n": "number of layers",
    "out_act": "activation at the end, the name of an op",
    "padding": "padding",
    "pool": "channels behind the pooling",
    "rates": "dilation of each branch",
    "reduce3": "channels before the 3 x 3",
    "reduce5": "channels before the 5 x 5",
    "reduction": "how many times fewer channels there are in the middle",
    "scale": "whether each channel has a learned factor",
    "se": "whether it has squeeze and excitation",
    "se_act": "activation of squeeze and excitation, the name of an op",
    "skip": "whether the input is added",
    "squeeze": "channels in the middle",
    "stride": "stride",
    "stride_t": "stride over time",
    "width": "channels between",
    "unet_down.pool": "size and stride of the pooling; 1 for none",
    "unet_up.scale": "how many times larger it is made",
}
"""The variables of the blocks that come with the package; ``block.variable`` where it means something else there."""


def field_says(kind: type, name: str) -> str:
    """What a field of a class of layers says; nothing where it is not known, as in a layer of another package.

    >>> from cnnshape.layers.conv import Conv2d
    >>> field_says(Conv2d, "groups")
    'channels in and out are split into so many groups that do not see each other'
    """
    known = (f"{owner.__name__}.{name}" for owner in kind.__mro__)
    return next((FIELDS[key] for key in known if key in FIELDS), FIELDS.get(name, ""))
