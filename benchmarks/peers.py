"""The peers: what each is asked for, in its own words.  ``python benchmarks/peers.py PEER DEVICE NET`` is one
cold process.

A peer gets a net that was built for it alone, for some leave hooks behind, and the sizes of the input.  None of them
computes gradients.  What it calls multiply-accumulates is taken as it is.
"""

import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from measure import Count

if TYPE_CHECKING:
    from torch import nn

Size = tuple[int, ...]
Counter = Callable[["nn.Module", Size, str], Count]


def _torchinfo(net: "nn.Module", size: Size, device: str) -> Count:
    from torchinfo import summary

    found = summary(net, input_size=size, device=device, verbose=0)
    return Count(found.total_mult_adds, found.total_params)


def _fvcore(net: "nn.Module", size: Size, device: str) -> Count:
    import torch
    from fvcore.nn import FlopCountAnalysis, parameter_count

    counted = FlopCountAnalysis(net, torch.zeros(size, device=device))
    counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return Count(int(counted.total()), parameter_count(net)[""])


def _ptflops(backend: str) -> Counter:
    def count(net: "nn.Module", size: Size, device: str) -> Count:
        from ptflops import get_model_complexity_info

        macs, params = get_model_complexity_info(
            net, size[1:], as_strings=False, print_per_layer_stat=False, ost=sys.stdout, backend=backend
        )
        if macs is None:
            raise RuntimeError("it gives no figure")  # it has printed why
        return Count(int(macs), int(params))

    return count


def _thop(net: "nn.Module", size: Size, device: str) -> Count:
    import torch
    from thop import profile

    macs, params = profile(net, inputs=(torch.zeros(size, device=device),), verbose=False)
    return Count(int(macs), int(params))


def _torch(net: "nn.Module", size: Size, device: str) -> Count:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(size, device=device))
    return Count(counter.get_total_flops() // 2, sum(weight.numel() for weight in net.parameters()))


PEERS: Final[dict[str, tuple[str, Counter]]] = {
    "torchinfo": ("torchinfo", _torchinfo),
    "fvcore": ("fvcore", _fvcore),
    "ptflops (pytorch)": ("ptflops", _ptflops("pytorch")),
    "ptflops (aten)": ("ptflops", _ptflops("aten")),
    "thop": ("thop", _thop),
    "FlopCounterMode": ("torch", _torch),
}
"""The package and what it is asked for, by the name in the report."""

DEVICES: Final = ("meta", "cpu")
REFERENCE: Final = ("FlopCounterMode", "meta")
"""Whose figures are right: it counts what torch dispatches, two FLOPs for a MAC."""


def count(peer: str, net: "nn.Module", size: Size, device: str) -> Count:
    """What a peer says; raises what it raises, with what it printed where that is more telling."""
    import torch

    talk = StringIO()
    try:
        with torch.no_grad(), redirect_stdout(talk), redirect_stderr(talk):
            return PEERS[peer][1](net, size, device)
    except RuntimeError as error:
        said = [line for line in talk.getvalue().splitlines() if "Error" in line]
        raise RuntimeError(f"{error}: {said[-1].strip()}" if said else str(error)) from None


def one_line(error: BaseException) -> str:
    """An error in one line, without the places of files."""
    words = [word for word in str(error).split() if "/" not in word]
    return shorten(f"{type(error).__name__}: {' '.join(words)}", 160, placeholder=" ...")


def versions() -> dict[str, str]:
    """The peers' packages."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in dict.fromkeys(package for package, _ in PEERS.values()):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def main(peer: str, device: str, name: str) -> None:
    """Import, build, count."""
    from nets import SIZES, built

    warnings.simplefilter("ignore")
    print(count(peer, built(name, device), SIZES[name], device))


if __name__ == "__main__":
    main(*sys.argv[1:])
