"""What the page says about a record and about a highlight, as plain text: no markup is made or read here."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from pubsearch.byline import NBSP
from pubsearch.index.evidence import GROUPS
from pubsearch.record import Record
from pubsearch.search.results import Highlight, Kind, QueryTerm
from pubsearch.ui.notices import NOTICE_TYPES

NO_TITLE = "[No title]"
CITE = "Cite"
WHY = "Why this paper?"
LEGEND_OWN = "a word of the question"
LEGEND_ADDED = "a related word that the model added"
LEGEND_ECHO = "the same word again"
WHOLE_ABSTRACT = "Whole abstract"
NO_ABSTRACT = "No abstract in PubMed."
NOT_RANKED = "Not ranked: its text shares nothing with the words that rank"
# Words that the model uses to carry the sense of their neighbours; to mark each of them says nothing.
FUNCTION_WORDS = {
    "and",
    "are",
    "for",
    "from",
    "had",
    "has",
    "have",
    "not",
    "that",
    "the",
    "this",
    "was",
    "were",
    "with",
}
KINDS: dict[Kind, str] = {"meaning": "by meaning", "word": "word for word"}
SCORE_MEANS = (
    "The dot product of the question's and the record's term weights. It orders this list and is not a probability; "
    "the bar is relative to the best."
)

EVIDENCE_MEANS = "By PubMed publication type: what the record is labelled, not how good it is"
# The kinds of evidence first, strongest first; all others follow as PubMed lists them.
_EVIDENCE_TYPES = {kind: place for place, kind in enumerate(kind for group in GROUPS for kind in group.types)}
# Types that nearly every record has, or that a notice says better than a badge would; in some records in capitals.
UNSHOWN_TYPES = {"journal article", "english abstract", *NOTICE_TYPES}

PLACEHOLDER = "Ask a question, or paste a PubMed query: aspirin after stroke, hypertension[mh] AND 2020:2025[dp]"
TRY = "Try one of these:"
NO_TOPIC = (
    "There is no topic to search yet.",
    "A topic is a collection of PubMed records. Make the demonstration, or your own, in a terminal:",
)
NO_TOPIC_COMMANDS = """\
pubsearch demo

pubsearch topic create heart-failure --query "heart failure[mh] AND 2020:2025[dp]"
pubsearch ingest heart-failure
pubsearch build heart-failure"""
CHART_IS_LISTED = "Bars of what each term contributed to the score. The list below has the same."
SHARES = "What each term contributed"
MESH_STARS = "* what the article is mainly about"
NOTHING_MARKED = (
    "Nothing is marked yet.",
    "Tick Mark below a result. What is marked stays here, across searches.",
)
MARKS_GO = "The list is lost when this page is loaded anew or closed: export it first."
NO_RESULTS = "has anything in common with this question."
NO_RESULTS_ADVICE = "Check the spelling, or try other words: names of diseases, treatments or outcomes work best."
NO_WORDS = "has a word of this question."
NO_WORDS_ADVICE = "By meaning, other words for the same are found too."
FOOTER = (
    "Not medical advice. Read the article before you act on it. "
    "Titles and abstracts: courtesy of the U.S. National Library of Medicine."
)
EXAMPLES = {
    "demo": (
        "aspirin to prevent heart attack",
        "exercise for depression in older adults",
        "antibiotic resistance in hospital infections",
        "early diagnosis of lung cancer",
    )
}


def badges(record: Record) -> tuple[str, ...]:
    """Publication types worth a badge, those that tell the kind of evidence first."""
    types = [
        kind
        for kind in dict.fromkeys(record.publication_types)
        if kind.casefold() not in UNSHOWN_TYPES and not kind.startswith("Research Support")
    ]
    return tuple(sorted(types, key=lambda kind: _EVIDENCE_TYPES.get(kind, len(_EVIDENCE_TYPES))))


def is_evidence(publication_type: str) -> bool:
    """Whether the type is one of those that tell the kind of evidence."""
    return publication_type in _EVIDENCE_TYPES


def percent(share: float) -> str:
    """A share of a score: "34 %", or "under 1 %"."""
    return f"{share * 100:.0f}{NBSP}%" if share >= 0.01 else f"under 1{NBSP}%"


def explanation(highlights: Iterable[Highlight], score: float) -> str:
    """Why a word counts: `matched “infarction”, “myocardial” for your “attack” by meaning, added by the model (34 % of
    the score)`.

    The terms are grouped by the word of the question that brought them in, the heaviest first.
    """
    found = tuple(highlights)
    groups: dict[str | None, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for highlight in found:
        groups[highlight.query_term][highlight.term] += highlight.contribution
    parts = []
    for asked, terms in sorted(groups.items(), key=lambda group: -sum(group[1].values())):
        matched = ", ".join(f"“{term(each)}”" for each in sorted(terms, key=lambda each: -terms[each]))
        parts.append(f"{matched} for {your(asked)}")
    share = share_of(sum(highlight.contribution for highlight in found), score)
    return f"matched {'; '.join(parts)} {how(found)} ({percent(share)} of the score)"


def how(highlights: Collection[Highlight]) -> str:
    """By what a word was found, and whether the question has it: "by meaning, added by the model"."""
    kinds = [KINDS[kind] for kind in KINDS if any(highlight.kind == kind for highlight in highlights)]
    added = "" if any(highlight.own for highlight in highlights) else ", added by the model"
    return " and ".join(kinds) + added


def your(query_term: str | None) -> str:
    """The word of the question that brought a term in: `your “attack”`."""
    return f"your “{query_term}”" if query_term else "your question as a whole"


def term(vocabulary_term: str) -> str:
    """A term as it is shown; "##" is the model's sign for a piece that continues a word."""
    return (
        f"…{vocabulary_term[2:]}" if vocabulary_term.startswith("##") and len(vocabulary_term) > 2 else vocabulary_term
    )


def share_of(contribution: float, score: float) -> float:
    """A contribution as a share of the score, between 0 and 1."""
    return min(max(contribution / score, 0.0), 1.0) if score > 0 else 0.0


def tells(word: str) -> bool:
    """Whether a word says something on its own: three letters or more, and no function word."""
    return sum(map(str.isalnum, word)) > 2 and word.casefold() not in FUNCTION_WORDS


def term_of(found: Highlight | QueryTerm) -> str:
    """The term, and that it is a whole word where it is no term of the model: "attack (word)"."""
    return f"{term(found.term)} (word)" if found.kind == "word" else term(found.term)
