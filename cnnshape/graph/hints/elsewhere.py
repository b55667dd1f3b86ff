"""The names that other frameworks, papers and older versions have for an op, and what to write here: tables.

In a form, ``#d`` stands for the number of spatial axes, ``@`` for their numbers, and ``$...`` for what the shape of the
input says.  A field with a ``?`` is what the entry states, else the example beside it, and is left out where that is
null.  ``x`` is the layer before, ``a`` and ``b`` are two inputs.
"""

from typing import Final

SAME: Final[dict[str, str]] = {
    "addn elementwiseadd plus residual shortcut": "{op: Add, from?: [a, b]}",
    "absolute absval": "Abs",
    "adaptiveaveragepool adaptiveavgpooling adaptiveaveragepooling": "{op: AdaptiveAvgPool#d, output_size?: 1}",
    "adaptivemaxpooling": "{op: AdaptiveMaxPool#d, output_size?: 1}",
    "averagepool averagepooling avgpooling meanpool": "{op: AvgPool#d, kernel_size?: 2}",
    "batchnormalization batchnormalisation bn syncbatchnorm frozenbatchnorm spatialbatchnorm": "BatchNorm#d",
    "bmm mm batchmatmul batchdot dot": "{op: MatMul, from?: [a, b]}",
    "clip clipbyvalue": "{op: Clamp, min?: 0, max?: 6}",
    "concatenate cat hstack depthconcat route": "{op: Concat, from?: [a, b]}",
    "convolution": "{op: Conv#d, out_channels?: 8, kernel_size?: 3}",
    "pointwiseconv": "{op: Conv#d, out_channels?: 8, kernel_size: 1}",
    "convtransposed deconv deconvolution transposedconv transposeconv transposedconvolution upconv":
        "{op: ConvTranspose#d, out_channels?: 8, kernel_size?: 2, stride?: 2}",
    "cropping": "{op: ZeroPad#d, padding?: -1}",
    "dense fc fullyconnected innerproduct gemm addmm affine": "{op: Linear, out_features?: 10}",
    "depthtospace subpixel subpixelconv": "{op: PixelShuffle, upscale_factor?: 2}",
    "spacetodepth reorg focus": "{op: PixelUnshuffle, downscale_factor?: 2}",
    "depthwiseconv convdw dwconv": "{op: Conv#d, out_channels: in_channels, kernel_size?: 3, groups: in_channels}",
    "divide truediv realdiv": "{op: Div, from?: [a, b]}",
    "expanddims": "{op: Unsqueeze, dim?: 1}",
    "globalavgpool globalaveragepool gap": "{op: AdaptiveAvgPool#d, output_size: 1}",
    "globalaveragepooling": "{op: Mean, dim: @}",
    "globalmaxpool gmp": "{op: AdaptiveMaxPool#d, output_size: 1}",
    "globalmaxpooling": "{op: Amax, dim: @}",
    "groupnormalization": "{op: GroupNorm, num_groups?: 1}",
    "hswish": "Hardswish",
    "hsigmoid": "Hardsigmoid",
    "instancenormalization": "InstanceNorm#d",
    "interpolate resize resizenearestneighbor upsampling upsamplingnearest upsamplenearest":
        "{op: Upsample, scale_factor?: 2}",
    "layernormalization": "{op: LayerNorm, normalized_shape: $last}",
    "localresponsenormalization lrn crossmaplrn": "{op: LocalResponseNorm, size?: 5}",
    "logistic": "Sigmoid",
    "lrelu": "LeakyReLU",
    "maxpooling": "{op: MaxPool#d, kernel_size?: 2}",
    "maxunpooling": "{op: MaxUnpool#d, kernel_size?: 2, from?: [x, pool]}",
    "multiply times elementwisemul elementwiseproduct hadamard": "{op: Mul, from?: [a, b]}",
    "negative": "Neg",
    "pad padding zeropadding": "{op: ZeroPad#d, padding?: 1}",
    "constantpadding": "{op: ConstantPad#d, padding?: 1, value?: 0}",
    "reflectpad reflectionpadding mirrorpad": "{op: ReflectionPad#d, padding?: 1}",
    "replicatepad replicationpadding edgepad": "{op: ReplicationPad#d, padding?: 1}",
    "circularpadding wrappad": "{op: CircularPad#d, padding?: 1}",
    "reducemax max": "{op: Amax, dim?: 1}",
    "reducemean": "{op: Mean, dim?: @}",
    "reducesum": "{op: Sum, dim?: @}",
    "reciprocal": "{op: Pow, value: -1}",
    "rsqrt": "{op: Pow, value: -0.5}",
    "square": "{op: Pow, value: 2}",
    "slicing stridedslice narrow": "{op: Slice, dim?: 1, start?: 0, end?: 1}",
    "indexselect gather take": "{op: Select, dim?: 1, index?: 0}",
    "spatialdropout": "Dropout#d",
    "shuffle shufflechannels": "{op: ChannelShuffle, groups?: 2}",
    "subtract": "{op: Sub, from?: [a, b]}",
    "swapaxes swapaxis swapdims": "{op: Transpose, dim0?: 1, dim1?: 2}",
    "swish": "SiLU",
    "tile repeatinterleave": "{op: Repeat, repeats?: $ones}",
    "upsamplingbilinear": "{op: Upsample, scale_factor?: 2, mode: $linear, align_corners: true}",
    "upsamplebilinear resizebilinear": "{op: Upsample, scale_factor?: 2, mode: $linear}",
    "resizebicubic upsamplebicubic": "{op: Upsample, scale_factor?: 2, mode: bicubic}",
    "view viewas reshapeas": "{op: Reshape, shape?: [batch, -1]}",
    "droppath dropconnect stochasticdepth gaussiannoise gaussiandropout quantstub dequantstub detach contiguous "
    "stopgradient none passthrough": "Identity",
    "convbnact convbnrelu convnormactivation convnormact": "{block: std/conv_bn_act, c?: 8}",
    "squeezeexcite squeezeexcitation selayer seblock semodule": "{block: std/squeeze_excite}",
    "invertedresidual mbconv": "{block: std/inverted_residual, c?: 8}",
}  # fmt: skip
"""Names in small letters and without the number of axes, and one layer that does the same."""

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "separableconv depthwiseseparableconv sepconv": (
        "dw: {op: Conv#d, out_channels: in_channels, kernel_size?: 3, stride?: null, padding?: null, "
        "dilation?: null, padding_mode?: null, groups: in_channels, bias: false}",
        "pw: {op: Conv#d, out_channels?: 8, kernel_size: 1, bias?: null}",
    ),
    "average": ("sum: {op: Add, from?: [a, b]}", "half: {op: Mul, value: 0.5}"),
    "minimum": (
        "na: {op: Neg, from: a}",
        "nb: {op: Neg, from: b}",
        "top: {op: Maximum, from: [na, nb]}",
        "low: Neg",
    ),
    "min amin reducemin": ("neg: Neg", "top: {op: Amax, dim?: 1, keepdim?: null}", "low: Neg"),
    "norm l2norm": ("square: {op: Pow, value: 2}", "sum: {op: Sum, dim?: 1, keepdim?: null}", "root: Sqrt"),
    "normalize l2normalize l2normalization": (
        "square: {op: Pow, from: x, value: 2}",
        "sum: {op: Sum, dim?: 1, keepdim: true}",
        "root: Sqrt",
        "unit: {op: Div, from: [x, root]}",
    ),
    "std": (
        "mean: {op: Mean, from: x, dim?: @, keepdim: true}",
        "off: {op: Sub, from: [x, mean]}",
        "square: {op: Pow, value: 2}",
        "var: {op: Mean, dim?: @, keepdim?: null}",
        "std: Sqrt",
    ),
    "var variance": (
        "mean: {op: Mean, from: x, dim?: @, keepdim: true}",
        "off: {op: Sub, from: [x, mean]}",
        "square: {op: Pow, value: 2}",
        "var: {op: Mean, dim?: @, keepdim?: null}",
    ),
    "layernorm#": (
        "last: {op: Permute, dims: $tolast}",
        "norm: {op: LayerNorm, normalized_shape: $channels}",
        "first: {op: Permute, dims: $tofirst}",
    ),
    "scaleddotproductattention sdpa": (
        "kt: {op: Transpose, from: k, dim0: -2, dim1: -1}",
        "scores: {op: MatMul, from: [q, kt]}",
        "attn: {op: Softmax, dim: -1}",
        "out: {op: MatMul, from: [attn, v]}",
    ),
}
"""Names for which several layers stand, one after the other."""

NOTES: Final[dict[str, str]] = {
    "bmm mm batchmatmul batchdot dot": "the first is (..., L, E), the second (..., E, M)",
    "cropping": "negative padding crops",
    "deformconv modulateddeformconv dcn dcnv":
        "`{op: Conv#d, out_channels?: 8, kernel_size?: 3}` has its shapes, weights and MACs; the offsets come from a "
        "convolution of their own, and what is read depends on their values",
    "einsum": "`{op: MatMul, from: [a, b]}`, with Transpose or Permute before it to bring the summed axis to its place",
    "globalavgpool globalaveragepool gap globalmaxpool gmp": "Flatten after it drops the axes of size 1",
    "indexselect gather take": "for one index that is known; Slice for several in a row",
    "interpolate resize resizenearestneighbor upsampling upsamplingnearest upsamplenearest":
        "to set the output size, use `size: [64, 64]` instead of `scale_factor`",
    "norm l2norm": "a layer that normalizes is BatchNorm#d, GroupNorm or LayerNorm",
    "attention selfattention multiheadselfattention": "`{op: MultiheadAttention, num_heads?: 1, batch_first: true}` "
        "on tokens (N, L, E)",
    "transformer transformerencoder transformerdecoder transformerencoderlayer transformerdecoderlayer":
        "write its layers: MultiheadAttention, LayerNorm, Linear and Add",
    "sequential modulelist moduledict module": "write its layers one after the other, or make a block of them",
    "lambda customlayer": "write the ops that it is made of, or bring a layer of your own with a plug-in",
    "input inputlayer": "an input is stated under `input`, not as a layer",
    "embedding embeddingbag": "a lookup by index: take its output for an input of the net",
    "gridsample gridsampler": "what it reads depends on the values of its grid, which a static analysis does not know",
    "fractionalmaxpool": "it draws its windows at random, which a static analysis cannot follow",
    "argmax argmin argsort sort": "it returns positions, and a layer here returns values",
}  # fmt: skip
"""What is to be said of a name beside its layer, or instead of one."""

NOTHING: Final = (
    "sin cos tan erf floor ceil round sign cumsum cumprod parameterlist parameterdict "
    "additiveattention convlstm qlinearconv repeatvector size shape cast"
)
"""Ops that are not here, and whose names are spelled like others that do something else."""

ACTIVATIONS: Final[dict[str, str]] = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leakyrelu": "LeakyReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softmax": "{op: Softmax, dim: 1}",
    "logsoftmax": "{op: LogSoftmax, dim: 1}",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "swish": "SiLU",
    "mish": "Mish",
    "hardsigmoid": "Hardsigmoid",
    "hardswish": "Hardswish",
    "hardtanh": "Hardtanh",
    "exponential": "Exp",
    "exp": "Exp",
    "prelu": "PReLU",
}
"""The layers for what a field `activation` says, in small letters and without underscores."""

FIELDS: Final[dict[str, str]] = {
    "units": "out_features",
    "filters": "out_channels",
    "n_filters": "out_channels",
    "nfilters": "out_channels",
    "num_filters": "out_channels",
    "channels": "out_channels",
    "kernel": "kernel_size",
    "ksize": "kernel_size",
    "pool_size": "kernel_size",
    "kernel_shape": "kernel_size",
    "strides": "stride",
    "dilation_rate": "dilation",
    "dilations": "dilation",
    "pads": "padding",
    "pad": "padding",
    "use_bias": "bias",
    "rate": "p",
    "factor": "scale_factor",
    "block_size": "upscale_factor",
    "head_count": "num_heads",
    "heads": "num_heads",
    "epsilon": "eps",
    "keepdims": "keepdim",
}
"""The names that other frameworks have for a field."""
