"""The design script: the net that it opens, the front that it finds, and the picture that is committed."""

import subprocess
import sys
from html import unescape
from pathlib import Path

import cnnshape
from tests.places import ROOT

DESIGN = ROOT / "examples" / "design"
SCRIPT = DESIGN / "pareto.py"


def shown() -> str:
    """The table of the page."""
    page = (ROOT / "docs" / "solve.md").read_text(encoding="utf-8")
    return page.partition("<!-- front -->\n")[2].partition("<!-- /front -->\n")[0]


def described(picture: Path) -> str:
    """The table that goes along with a picture."""
    text = picture.read_text(encoding="utf-8")
    return unescape(text.partition("<dc:description>")[2].partition("</dc:description>")[0]) + "\n"


def test_the_page_and_its_picture_hold_the_front_that_the_script_finds(tmp_path: Path) -> None:
    file = tmp_path / "front.svg"
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shown()
    assert described(file) == described(ROOT / "docs" / "pareto.svg") == shown()
    assert "<dc:date>" not in file.read_text(encoding="utf-8")


def test_the_front_is_one() -> None:
    """No net of the table sees farther for fewer MACs than another, and all are as their reports say."""
    rows = [line.strip("| ").split(" | ") for line in shown().splitlines()[2:]]
    assert len(rows) > 5
    work = []
    for row in rows:
        settings = dict(zip("wdkt", row, strict=False))
        net = cnnshape.analyze(DESIGN / "mobile.yaml", settings=settings)
        field = net["relu2"].receptive_field["input"][0].size
        assert field is not None
        work.append((net.total.macs, field))
        said = [f"{net.total.macs / 1e9:.3f} G", f"{field:,} px", f"{net.total.params / 1e6:.2f} M"]
        assert [*said, f"{net.peak_memory.bytes / 2**20:.1f} MiB"] == row[4:]
        assert net.total.params >= 3_000_000
        assert net.peak_memory.bytes <= 32 * 2**20
    assert work == sorted(set(work))
    assert [field for _, field in work] == sorted({field for _, field in work})


def test_the_family_holds_the_published_net() -> None:
    ours = cnnshape.analyze(DESIGN / "mobile.yaml", inputs={"input": (224, 224)})
    published = cnnshape.analyze(ROOT / "specs" / "zoo" / "mobilenet_v2.yaml")
    said = [[(each.path, each.op, each.output, each.params, each.macs) for each in net] for net in (ours, published)]
    assert said[0] == said[1]


def test_without_matplotlib_it_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import runpy, sys; sys.modules['matplotlib'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"
    words = [sys.executable, "-c", code, str(SCRIPT), str(tmp_path / "front.svg")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, shown())
    assert done.stderr == (
        "error: this needs the package matplotlib, which is not installed [missing-package]\n\n"
        "hint: pip install 'cnnshape[plot]'\n"
    )
