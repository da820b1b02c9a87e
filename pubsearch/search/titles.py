"""How filters and their labels are named to readers."""

from pubsearch.search.filters import SWITCHES
from pubsearch.search.languages import LANGUAGES

TITLES = {
    "evidence": "Evidence",
    "journals": "Journal",
    "mesh": "MeSH heading",
    "majors": "Major topic",
    "languages": "Language",
    "species": "Species",
    "ages": "Age",
    "sexes": "Sex",
    "notices": "Notice",
    "years": "Years",
    "has_abstract": "Has an abstract",
    "free_full_text": "Free full text in PMC",
    "not_retracted": "Not retracted",
    "since": "New since",
}
# From this year on, the last year of a filter stands for none, as in "2015:3000[dp]".
NO_LAST = 3000


def value(name: str, text: str) -> str:
    """A filter's label as readers know it: languages by name, the first letter a capital."""
    if name == "languages":
        return LANGUAGES.get(text, text)
    return text[:1].upper() + text[1:] if name in ("evidence", "notices") else text


def named(name: str, text: str) -> str:
    """An active filter, as (name, text) of `Filters.as_pairs`: "Species: Humans"."""
    if name in SWITCHES:
        return TITLES[name]
    if name == "years":
        first, last = text.split(":")
        if int(last) >= NO_LAST:
            return f"Years: from {first}"
        return f"Years: {first}" if first == last else f"Years: {first} to {last}"
    return f"{TITLES[name]}: {value(name, text)}"
