"""Times as documents hold them: ISO 8601 with a zone. What is read is checked, for a bundle may bring any."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

# In between, every time can be told in every zone.
_YEARS = range(1970, 9999)


def _checked(text: str) -> str:
    """The text, once it is such a time.

    Raises:
        ValueError: it is none.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or time.year not in _YEARS:
        raise ValueError("a time without a zone, or of no year in which pubsearch ran")
    return text


Time = Annotated[str, AfterValidator(_checked)]
"""A time in a document that pydantic reads."""
