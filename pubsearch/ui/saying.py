"""What the page says about an answer, as plain text: what ranks, how many records there are, why there are none."""

from collections.abc import Sequence

from pubsearch.byline import NBSP, matching, records
from pubsearch.search.facets import Facet
from pubsearch.search.results import Rank, Results
from pubsearch.search.served import NOTHING_RANKS
from pubsearch.topic.about import About
from pubsearch.topic.manifest import Manifest
from pubsearch.ui import wording

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
    """How many records match, as `byline.matching`, or where nothing ranks, "12 records, newest first"."""
    if not results.total:
        return "No record matches"
    if results.ranks:
        return f"{matching(results)}{_ORDER[results.sort]}"
    return f"{records(results.total)}, newest first"


def notes(results: Results) -> tuple[str, ...]:
    """What the answer does not include, without what stands above the list with its remedy."""
    elsewhere = {NOTHING_RANKS, *map(str, results.misspelt)}
    return (*(note for note in results.notes if note not in elsewhere), *left_out(results.facets))


def left_out(facets: Sequence[Facet]) -> tuple[str, ...]:
    """What the filters by MeSH headings that are on leave out: records without any, as many new ones are."""
    by_headings = [facet for facet in facets if facet.without_headings]
    if not any(count.chosen for facet in by_headings for count in facet.values):
        return ()
    return (f"Filtered by MeSH headings, which leaves out {records(by_headings[0].without_headings)} without any.",)


def would_leave_out(facet: Facet) -> str:
    """What choosing a label of a facet by MeSH headings leaves out."""
    return f"By MeSH headings: a choice here leaves out {records(facet.without_headings)} without any."


def unranked(results: Results, filtered: bool) -> tuple[str, ...]:
    """Why nothing is ranked; where records were `filtered` out, nothing is said of those."""
    # without terms no record of the topic has a word of the question, whatever the filters leave
    none = "no record"
    if filtered and results.terms:
        left = f"none of the {records(results.total)}" if results.total > 1 else none
        none = f"{left} that your filters leave"
    if results.rank == "words":
        return (f"Nothing is ranked: {none} {wording.NO_WORDS}", wording.NO_WORDS_ADVICE)
    return (f"{none.capitalize()} {wording.NO_RESULTS}", wording.NO_RESULTS_ADVICE)


def took(results: Results) -> str:
    """The time from question to answer: "34 ms"."""
    return f"{results.took_ms:.0f}{NBSP}ms"


def nothing(results: Results) -> tuple[str, ...]:
    """Why a list is empty."""
    if len(results.empty) == 1:
        return ("No record matches.", "This part leaves none:")
    return ("No record matches all of this at once.", "What each part finds alone:")
