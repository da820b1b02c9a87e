"""What the page says about a record and about a highlight, as plain text: no markup is made or read here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pubsearch.byline import NBSP
from pubsearch.record import Record
from pubsearch.search.results import Highlight
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import About

NO_TITLE = "[No title]"
NO_ABSTRACT = "No abstract in PubMed."
NOT_RANKED = "Not ranked: nothing in common with the question"
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
SCORE_MEANS = (
    "The dot product of the question's and the record's term weights. It orders this list and is not a probability; "
    "the bar is relative to the best."
)

# In the order in which a reader who looks for evidence wants to see them; all others follow as PubMed lists them.
EVIDENCE_TYPES = (
    "Practice Guideline",
    "Guideline",
    "Systematic Review",
    "Meta-Analysis",
    "Randomized Controlled Trial",
    "Controlled Clinical Trial",
    "Clinical Trial, Phase IV",
    "Clinical Trial, Phase III",
    "Clinical Trial, Phase II",
    "Clinical Trial, Phase I",
    "Clinical Trial",
    "Observational Study",
    "Review",
    "Case Reports",
    "Preprint",
)
# Types that nearly every record has, or that a notice says better than a badge would.
UNSHOWN_TYPES = {
    "Journal Article",
    "English Abstract",
    "Retracted Publication",
    "Retraction of Publication",
    "Retraction Notice",
    "Published Erratum",
    "Expression of Concern",
}

PLACEHOLDER = "Ask a question, or type words: aspirin after stroke"
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
NO_RESULTS = (
    "No record has anything in common with this question.",
    "Check the spelling, or try other words: names of diseases, treatments or outcomes work best.",
)
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

Severity = Literal["alarm", "caution", "info"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning above a record: what happened, and the citation that says so."""

    severity: Severity
    text: str
    link_text: str = ""
    pmid: int | None = None


# RefType → what it means for the record that holds it, most serious first.
_CORRECTIONS: dict[str, tuple[Severity, str, str]] = {
    "RetractionIn": ("alarm", "Retracted.", "Retraction notice"),
    "ExpressionOfConcernIn": ("caution", "Expression of concern.", "The expression of concern"),
    "RetractionOf": ("caution", "This is a retraction notice.", "The retracted article"),
    "ExpressionOfConcernFor": ("caution", "This is an expression of concern.", "The article that it is about"),
    "ErratumFor": ("info", "This is a correction.", "The corrected article"),
    "ErratumIn": ("info", "Corrected.", "Correction"),
    "CorrectedandRepublishedIn": ("info", "Corrected and republished.", "The corrected article"),
    "UpdateIn": ("info", "Updated since.", "The update"),
}
# Publication types that say the same where the record holds no link.
_NOTICE_TYPES = {
    "Retracted Publication": "RetractionIn",
    "Retraction of Publication": "RetractionOf",
    "Retraction Notice": "RetractionOf",
    "Expression of Concern": "ExpressionOfConcernFor",
    "Published Erratum": "ErratumFor",
}


def about(topic: About, manifest: Manifest) -> tuple[str, ...]:
    """What is searched, and what ranks it: the topic, its size, the model and the date of the index."""
    size = f"{manifest.counts.records:,} records"
    ranking = f"Ranked by meaning with {manifest.model.name} · index of {manifest.created[:10]} · {size}"
    return topic.description or topic.title, ranking


def notices(record: Record) -> tuple[Notice, ...]:
    """Retractions, concerns and corrections, most serious first, each with the PMID of its notice where known."""
    found = []
    stated = {_NOTICE_TYPES[kind] for kind in record.publication_types if kind in _NOTICE_TYPES}
    for kind, (severity, text, link_text) in _CORRECTIONS.items():
        links = [correction for correction in record.corrections if correction.type == kind]
        found += [
            Notice(severity, text, link_text if link.pmid else link.source, link.pmid) for link in dict.fromkeys(links)
        ]
        if not links and kind in stated:
            found.append(Notice(severity, text))
    return tuple(found)


def badges(record: Record) -> tuple[str, ...]:
    """Publication types worth a badge, those that tell the kind of evidence first."""
    types = [
        kind
        for kind in dict.fromkeys(record.publication_types)
        if kind not in UNSHOWN_TYPES and not kind.startswith("Research Support")
    ]
    rank = {kind: place for place, kind in enumerate(EVIDENCE_TYPES)}
    return tuple(sorted(types, key=lambda kind: rank.get(kind, len(rank))))


def percent(share: float) -> str:
    """A share of a score: "34 %", or "under 1 %"."""
    return f"{share * 100:.0f}{NBSP}%" if share >= 0.01 else f"under 1{NBSP}%"


def explanation(highlights: Iterable[Highlight], score: float) -> str:
    """Why a word counts: `matched “infarction”, “myocardial” for your “attack” (34 % of the score)`.

    The vocabulary's terms are grouped by the word of the question that brought them in, the heaviest first.
    """
    groups: dict[str | None, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for highlight in highlights:
        groups[highlight.query_term][highlight.term] += highlight.contribution
    parts = []
    for asked, terms in sorted(groups.items(), key=lambda group: -sum(group[1].values())):
        matched = ", ".join(f"“{_term(term)}”" for term in sorted(terms, key=lambda term: -terms[term]))
        parts.append(f"{matched} for {f'your “{asked}”' if asked else 'your question as a whole'}")
    share = share_of(sum(sum(terms.values()) for terms in groups.values()), score)
    return f"matched {'; '.join(parts)} ({percent(share)} of the score)"


def share_of(contribution: float, score: float) -> float:
    """A contribution as a share of the score, between 0 and 1."""
    return min(max(contribution / score, 0.0), 1.0) if score > 0 else 0.0


def tells(word: str) -> bool:
    """Whether a word says something on its own: three letters or more, and no function word."""
    return sum(map(str.isalnum, word)) > 2 and word.casefold() not in FUNCTION_WORDS


def _term(term: str) -> str:
    # "##" is the model's sign for a piece that continues a word.
    return f"…{term[2:]}" if term.startswith("##") and len(term) > 2 else term
