"""What the figures were taken on: nothing that names a place or a day."""

import os
import platform
from pathlib import Path


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> str:
    """How many processes ran in the last minute."""
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "not known"


def machine() -> dict[str, str]:
    """Processor, system and versions."""
    from importlib.metadata import version

    ours = ("cnnshape", "pydantic", "PyYAML", "click")
    return {
        "processor": _cpu(),
        "cores": str(cores()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        **{package: version(package) for package in ours},
    }
