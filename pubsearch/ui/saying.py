"""What the page says about an answer, as plain text: what ranks, how many records there are, why there are none."""

from pubsearch.byline import NBSP, records
from pubsearch.search.results import Rank, Results
from pubsearch.search.served import NOTHING_RANKS
from pubsearch.topic.about import About
from pubsearch.topic.manifest import Manifest

HINT = "Enter searches. Write no patient data: a link to this page holds the question."

_ORDER = {"relevance": "", "recent": ", recent first", "date": ", newest first"}


def about(topic: About, manifest: Manifest, rank: Rank) -> tuple[str, ...]:
    """What is searched, and what ranks it: the topic, the model, the date of the index and its size."""
    model, number = manifest.model.name, manifest.counts.records
    when = manifest.created[:16].replace("T", " ")
    ranked = {
        "both": f"Ranked by meaning with {model} and by words",
        "meaning": f"Ranked by meaning with {model}",
        "words": "Ranked by words",
    }
    line = f"{ranked[rank]} · index of {when} UTC · {records(number)}"
    return (topic.description, line) if topic.description else (topic.title, line)


def counts(results: Results) -> str:
    """ "34 of 1,769 records match", or where nothing ranks, "12 records, newest first"."""
    if not results.total:
        return "No record matches"
    if results.ranks:
        return f"{results.ranked:,} of {results.total:,} records match{_ORDER[results.sort]}"
    return f"{records(results.total)}, newest first"


def notes(results: Results) -> tuple[str, ...]:
    """What the answer does not include, without what stands above the list with its remedy."""
    elsewhere = {NOTHING_RANKS, *map(str, results.misspelt)}
    return tuple(note for note in results.notes if note not in elsewhere)


def took(results: Results) -> str:
    """The time from question to answer: "34 ms"."""
    return f"{results.took_ms:.0f}{NBSP}ms"


def nothing(results: Results) -> tuple[str, ...]:
    """Why a list is empty."""
    if len(results.empty) == 1:
        return ("No record matches.", "This part leaves none:")
    return ("No record matches all of this at once.", "What each part finds alone:")
