"""The code shown on the pages of the engine and of the encoder runs as it stands."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["engine.md", "encoder.md"])
def test_the_code_shown_runs(page: str) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)
    exec(compile(code, page, "exec"), {})
