"""Imports go one way, public names are what they are said to be, and no module outgrows its one job."""

import subprocess
import sys
from pathlib import Path

import pubsearch

ROOT = Path(pubsearch.__file__).parent.parent
MAX_LINES = 300


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_public_names_are_these() -> None:
    assert set(pubsearch.__all__) == {
        "Highlight", "Hit", "Library", "PubsearchError", "Record", "Results", "Searcher", "Topic", "UserError",
        "WorldError", "__version__",
    }  # fmt: skip
    assert all(hasattr(pubsearch, name) for name in pubsearch.__all__)


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text().splitlines()) for path in (ROOT / "pubsearch").rglob("*.py")
    }
    assert not {path: lines for path, lines in lengths.items() if lines > MAX_LINES}


def test_what_only_looks_at_topics_does_not_load_torch() -> None:
    program = "import sys, pubsearch.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
