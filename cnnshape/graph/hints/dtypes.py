"""The names that types of elements have elsewhere."""

from typing import Final

MEANT: Final[dict[str, str]] = {
    "fp16": "float16",
    "f16": "float16",
    "half": "float16",
    "16": "float16",
    "bf16": "bfloat16",
    "fp32": "float32",
    "f32": "float32",
    "float": "float32",
    "single": "float32",
    "full": "float32",
    "tf32": "float32",
    "32": "float32",
    "fp64": "float64",
    "f64": "float64",
    "double": "float64",
    "64": "float64",
    "fp8": "float8",
    "f8": "float8",
    "float8_e4m3fn": "float8",
    "float8_e5m2": "float8",
    "e4m3": "float8",
    "e5m2": "float8",
    "i8": "int8",
    "char": "int8",
    "qint8": "int8",
    "u8": "uint8",
    "byte": "uint8",
    "quint8": "uint8",
    "i16": "int16",
    "short": "int16",
    "i32": "int32",
    "int": "int32",
    "i64": "int64",
    "long": "int64",
}


def meant(word: object) -> str:
    """The hint for another name of a known dtype; empty for an unknown name.

    >>> meant("fp16"), meant("torch.half"), meant("complex")
    ('did you mean `float16`?', 'did you mean `float16`?', '')
    """
    name = str(word).lower().rpartition(".")[2]
    return f"did you mean `{MEANT[name]}`?" if name in MEANT else ""
