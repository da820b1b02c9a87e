"""The search record of a topic: what PRISMA-S asks to report of each search, from the runs as they were kept.

PRISMA-S (https://doi.org/10.1186/s13643-020-01542-z): database and platform (item 1), the exact strategy (8), limits
(9), date of the search (13), updates (4, 14), number of records (15).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pubsearch.topic.journal import Named, Run

if TYPE_CHECKING:
    from pubsearch.topic.topic import Topic

DATABASE = "PubMed (National Library of Medicine)"
INTERFACE = "NCBI E-utilities (ESearch, EFetch, ESummary)"
NOT_RUN = "not run yet: the records came from files and are not filtered by it"
_SHOWN_DUPLICATES = 10


def as_dict(topic: "Topic") -> dict[str, Any]:
    """The search record as one JSON object."""
    runs = topic.runs()
    return {
        "topic": topic.name,
        "title": topic.about.title,
        "query": topic.about.query,
        "database": DATABASE,
        "interface": _interface(topic.about.query, runs),
        "records": topic.count(),
        "retraction_status_as_of": topic.as_of(),
        "runs": [asdict(run) for run in runs],
    }


def markdown(topic: "Topic") -> str:
    """The search record for a paper's appendix."""
    records = topic.count()
    unknown = "not known: run an update" if records else "no records yet"
    as_of, runs = topic.as_of() or unknown, topic.runs()
    facts = (
        f"- Topic: `{topic.name}`, {records:,} records",
        f"- Database: {DATABASE}",
        f"- Interface: {_interface(topic.about.query, runs) or 'none, its records came from files'}",
        f"- Retraction status as of: {as_of}",
    )
    parts = [f"# Search record: {_inline(topic.about.title)}", "\n".join(facts)]
    if topic.about.query:
        parts += [f"Search string, {NOT_RUN if is_of_files(runs) else 'as typed'}:", _verbatim(topic.about.query)]
    for run in runs:
        parts += [f"## {run.kind.capitalize()} of {run.started} ({run.status})", *_run(run)]
        if run.query and run.query != topic.about.query:
            parts += ["Search string of that time, as typed:", _verbatim(run.query)]
    return "\n\n".join(parts)


def _interface(query: str, runs: Sequence[Run]) -> str | None:
    """How PubMed is asked; None where nothing of a topic of files asked it."""
    return INTERFACE if any(run.database for run in runs) or (query and not is_of_files(runs)) else None


def is_of_files(runs: Sequence[Run]) -> bool:
    """Whether records came from files, and PubMed was never asked."""
    return any(run.kind == "import" for run in runs) and not any(run.database for run in runs)


def summary(run: Run) -> Iterator[str]:
    """What a run did, in lines for a terminal."""
    yield from _came(run)
    told = list(_duplicates(run))
    yield from told[:_SHOWN_DUPLICATES]
    if len(told) > _SHOWN_DUPLICATES:
        yield f"{len(told) - _SHOWN_DUPLICATES:,} more such DOIs, which pubsearch report names"
    for warning in (*run.warnings, *run.drift):
        yield f"warning: {warning}"
    for missing in run.missing:
        yield f"missing: PMID {missing.pmid}: {missing.reason}"
    for stale in run.stale:
        yield f"not refreshed: PMID {stale.pmid}: {stale.reason}"
    for gone in run.left:
        yield f"left out: PMID {gone.pmid}: {gone.reason}"
    for skipped in run.skipped:
        yield f"skipped: {skipped.reason}"


def _came(run: Run) -> Iterator[str]:
    if run.kind == "import":
        deleted = f", {run.deleted:,} deleted" if run.deleted else ""
        yield f"{run.count:,} records, {run.fetched:,} of them new{deleted}; {len(run.files):,} files kept."
    else:
        if run.count is not None:
            yield (
                f"PubMed has {run.count:,} records for the query; "
                f"{run.already_there:,} were there, {run.fetched:,} fetched."
            )
        if run.notices is not None:
            yield f"{len(run.revised):,} records came in another state; {run.notices:,} carry a notice (retraction …)."
        if run.besides:
            yield f"{run.besides:,} came besides: left out once and back in PubMed, or others were merged into them."


def _run(run: Run) -> Iterator[str]:
    yield "\n".join(f"- {name}: {_inline(value)}" for name, value in facts(run))
    if run.translation:
        yield "PubMed read it as:"
        yield _verbatim(run.translation)
    lists = (
        ("Warnings", run.warnings),
        ("Counts that moved during the run", run.drift),
        ("Records that PubMed counted and that are missing", _by_pmid(run.missing)),
        ("Records that PubMed has in another state, and did not send", _by_pmid(run.stale)),
        ("Records left out from then on", _by_pmid(run.left)),
        ("Duplicates among what was imported, of which none was merged", list(_duplicates(run))),
        ("Files that were not taken", [each.reason for each in run.skipped]),
    )
    for heading, lines in lists:
        if lines:
            yield f"{heading}:"
            yield "\n".join(f"- {_inline(line)}" for line in lines)
    if len(run.slices) > 1:
        yield "The query was cut by PMID, for PubMed gives 9,999 records of a search at most:"
        rows = [f"| {each.first:,} | {each.last:,} | {each.count:,} |" for each in run.slices]
        yield "\n".join(("| first PMID | last PMID | records |", "|---:|---:|---:|", *rows))


def _by_pmid(records: Sequence[Named]) -> list[str]:
    return [f"PMID {record.pmid}: {record.reason}" for record in records]


def _duplicates(run: Run) -> Iterator[str]:
    if run.repeated:
        yield f"{run.repeated:,} PMIDs came more than once: of each the newest record counts."
    for same in run.same_doi:
        yield f"one DOI in several records: {same.doi}, PMID {' and '.join(map(str, same.pmids))}"


def facts(run: Run) -> Iterator[tuple[str, str]]:
    """What is reported of a run, each with its name."""
    yield "Started", run.started
    yield "Ended", run.ended or "–"
    yield "Source", run.source
    if run.database:
        state = f"{run.database.build}, last update {run.database.last_update}, {run.database.count:,} records"
        yield "State of PubMed (NCBI's time)", state
    if run.count is not None:
        yield "Records found", f"{run.count:,}"
    yield from _changes(run)
    if run.since:
        yield "Revisions asked for since", run.since
    if run.notices is not None:
        yield "Found in another state", f"{len(run.revised):,}"
        yield "With a notice (retraction, expression of concern, erratum, update)", f"{run.notices:,}"
    if run.limits:
        yield "Limits", ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in run.limits.items())
    if run.error:
        yield "Error", run.error
    if run.version:
        yield "Index built of it", run.version
    if run.build_error:
        yield "No index was built of it", run.build_error
    yield "Software", ", ".join(f"{name} {version}" for name, version in run.software.items())


def _changes(run: Run) -> Iterator[tuple[str, str]]:
    if run.status in ("running", "killed"):
        # it had no time to count
        yield "Kept of it", "what had come"
        return
    yield "Already in the topic", f"{run.already_there:,}"
    yield "New", f"{run.fetched:,}"
    if run.besides:
        yield "New besides those found (left out once and back, or merged into)", f"{run.besides:,}"
    if run.missing or run.status in ("complete", "incomplete"):
        # a run that ended early may not have asked for all
        yield "Missing", f"{len(run.missing):,}"
    yield "Left out from then on", f"{len(run.left) + run.deleted:,}"


def _inline(text: str) -> str:
    """Text that Markdown takes for nothing else than text."""
    for character in "\\`*_[]<>|#&~":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _verbatim(text: str) -> str:
    """A block that shows the text as it is, whatever backticks it has."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"
