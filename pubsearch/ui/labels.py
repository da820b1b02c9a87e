"""PubMed's and the reader's text in the labels of Streamlit's widgets, which read Markdown."""

import re

# All that Markdown and Streamlit's additions to it (:red[…], :material/…:, $…$) start with; and a line's end, which
# would end the label.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&=])")
# In icons, emoji and addresses, which no backslash keeps from being drawn or linked: where a word joiner does, which
# cannot be seen.
_DRAWN = re.compile(r"(?<=:)(?=[\w+/-]+:|//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def label(text: str) -> str:
    """Markdown that shows `text` as it is, in one line."""
    line = _DRAWN.sub("\N{WORD JOINER}", _BREAKS.sub(" ", text))
    return _SIGNS.sub(r"\\\1", line)
