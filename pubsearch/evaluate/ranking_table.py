"""What was measured of rankings, as lines of text for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pubsearch.evaluate.measures import MEASURES
from pubsearch.evaluate.retrieval import MAIN, Retrieval
from pubsearch.evaluate.screening import MEASURES as SCREENING
from pubsearch.evaluate.screening import Screened
from pubsearch.evaluate.significance import LEVEL, Difference
from pubsearch.evaluate.worst import Found

Row = Mapping[str, tuple[float, Difference | None]]
"""By measure its mean, and the gain over the baseline."""

_SHOWN = 100
# A column is as wide as the name over it, and at least so.
_COLUMN = 10

Asked = Literal["questions", "known items", "MeSH headings"]
CAVEATS: Mapping[Asked, str] = {
    "known items": "Known items are titles that find their own abstracts: they share words as questions seldom do.",
    "MeSH headings": "A record is relevant to a heading that is a major topic of it in MEDLINE; others may be too.",
}


def retrieval(found: Retrieval, asked: Asked, *, per_query: bool) -> Iterator[str]:
    """The table, each question's value if wanted, and the worst questions."""
    collection, judged = found.collection, found.judged
    counts = f"{len(collection.ids):,} texts, {len(judged.queries):,} {asked}"
    yield f"{collection.name}: {counts}, {collection.model.name}"
    yield ""
    rows = {
        row.run.name: [(row.mean(name), row.against[name] if row.against else None) for name in MEASURES]
        for row in found.rows
    }
    yield from table(list(MEASURES), rows)
    yield ""
    yield from legend(found.baseline, asked)
    if asked in CAVEATS:
        yield CAVEATS[asked]
    yield (
        f"Ranked by {collection.rank} where nobody says otherwise; “both” counts words {collection.weight:g} times "
        "beside meaning."
    )
    if judged.unanswered or judged.absent:
        yield left_out(judged.unanswered, judged.absent)
    if per_query:
        yield from ("", f"{MAIN} of each question")
        names = [row.run.name for row in found.rows]
        yield "  ".join(_under(name, name) for name in names)
        for place, (question, text) in enumerate(judged.queries.items()):
            values = "  ".join(_under(row.run.name, f"{row.values[MAIN][place]:.4f}") for row in found.rows)
            yield f"{values}  {question}  {_short(text)}"
    if found.worst:
        yield from ("", f"The worst answers of {collection.rank}")
    for each in found.worst:
        yield f"{each.value:.4f}  {each.question}  {_short(each.text)}"
        if each.first:
            yield f"        first, not relevant: {_record(each.first)}"
        for missed in each.missed:
            yield f"        missed: {_record(missed)}"
        if each.more:
            yield f"        and {each.more:,} more relevant ones missed"


def screening(
    screened: Sequence[Screened], tables: Mapping[str, Mapping[str, Row]], baseline: str, absent: int
) -> Iterator[str]:
    """For each label the means over all reviews, then the work saved review by review."""
    for label, rows in tables.items():
        having = [each for each in screened if label in each.values]
        records, included = sum(each.records for each in having), sum(each.included[label] for each in having)
        reviews = "1 review" if len(having) == 1 else f"{len(having):,} reviews"
        yield f"{label}: {reviews}, {records:,} records, {included:,} included"
        yield ""
        yield from table(SCREENING, {name: [row[measure] for measure in SCREENING] for name, row in rows.items()})
        yield ""
        if len(having) > 1:
            first = max(len(each.review) for each in having)
            heads = "".join(f"  {_under(name, name)}" for name in rows)
            yield f"{'WSS@95':{first}}  {'records':>8} {'included':>8}{heads}"
            for each in having:
                cells = (_under(name, f"{row['WSS@95']:.4f}") for name, row in each.values[label].items())
                values = "".join(f"  {cell}" for cell in cells)
                yield f"{each.review:{first}}  {each.records:8,} {each.included[label]:8,}{values}"
            yield ""
    yield from legend(baseline, "reviews")
    yield "chance: the mean over all orders of the records."
    if absent:
        yield f"Left out: {absent:,} included records that the topic has not."


def table(measures: Sequence[str], rows: dict[str, list[tuple[float, Difference | None]]]) -> Iterator[str]:
    """A row for each ranker, a column for each measure; + and - where the difference is significant."""
    first = max(map(len, rows))
    widths = [max(len(name), 7) for name in measures]
    yield " " * first + "".join(f"  {name:>{width}} " for name, width in zip(measures, widths, strict=True)).rstrip()
    for name, cells in rows.items():
        shown = (f"  {value:{width}.4f}{_sign(sign)}" for (value, sign), width in zip(cells, widths, strict=True))
        yield (name.ljust(first) + "".join(shown)).rstrip()


def legend(baseline: str, pairs: str) -> Iterator[str]:
    """What + and - say."""
    yield (
        f"+ better, - worse than {baseline}: paired permutation test over the {pairs}, two-sided, p < {LEVEL:g}; not "
        "corrected for the number of comparisons."
    )


def left_out(unanswered: int, absent: int) -> str:
    """What the collection has not."""
    return (
        f"Left out: {unanswered:,} questions without a relevant record here, and {absent:,} judged records that are "
        "not here."
    )


def _under(name: str, text: str) -> str:
    """The cell of a column that is called so."""
    return f"{text:>{max(_COLUMN, len(name))}}"


def _sign(found: Difference | None) -> str:
    if found is None or not found.significant:
        return " "
    return "+" if found.gain > 0 else "-"


def _record(found: Found) -> str:
    place = f"place {found.place:,}" if found.place else "not found"
    shared = ", ".join(f"{term} {earned:.1f}" for term, earned in found.shared) or "nothing"
    return f"{found.id} ({place}) {_short(found.title)} shares {shared}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
