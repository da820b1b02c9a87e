"""PubMed's and the reader's text in the labels of Streamlit's widgets, which read Markdown."""

import re
from collections import Counter
from collections.abc import Mapping

# All that Markdown and Streamlit's additions to it (:red[…], :material/…:, $…$) start with; and a line's end, which
# would end the label.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&=])")
# In icons, emoji and addresses, which no backslash keeps from being drawn or linked: where a word joiner does, which
# cannot be seen.
_DRAWN = re.compile(r"(?<=:)(?=[\w+/-]+:|//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """The same names, each that several keys have with its key behind: the browser answers with the name that was
    chosen.
    """
    shared = {name for name, number in Counter(names.values()).items() if number > 1}
    return {key: f"{name} ({key})" if name in shared else name for key, name in names.items()}


def label(text: str) -> str:
    """Markdown that shows `text` as it is, in one line."""
    line = _DRAWN.sub("\N{WORD JOINER}", _BREAKS.sub(" ", text))
    return _SIGNS.sub(r"\\\1", line)
