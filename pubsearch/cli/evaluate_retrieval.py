"""The command that measures how well questions are answered."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.cli.ranking import OWN_MODEL, Baseline, BaselineModels, KnownItems, Weight, check_rows, of_texts, rows
from pubsearch.errors import UserError
from pubsearch.topic.library import Library
from pubsearch.topic.progress import Progress

if TYPE_CHECKING:
    from pubsearch.evaluate.collection import Collection
    from pubsearch.evaluate.judgements import Judged
    from pubsearch.evaluate.retrieval import Retrieval

# The questions that are looked into.
WORST = 5

Headings = Annotated[
    int | None,
    typer.Option(min=1, help="Instead of judged questions: so many MeSH headings, to find the records about them."),
]


def retrieval(
    topic: Annotated[str | None, typer.Argument(help="The topic's name.")] = None,
    queries: Annotated[
        Path | None, typer.Option(help="Questions, one a line: id, tab, text; or JSON lines with id, text.")
    ] = None,
    qrels: Annotated[Path | None, typer.Option(help="Judgements as TREC has them: id, 0, PMID, grade.")] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Instead of a topic: JSON lines with id, title, abstract (.gz and .zst too).")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model for the corpus.  [default: bundled]")] = None,
    split: Annotated[str | None, typer.Option(help="Only questions whose JSON has this split.")] = None,
    known_items: KnownItems = None,
    headings: Headings = None,
    weight: Weight = None,
    baseline: Baseline = "BM25",
    baseline_model: BaselineModels = None,
    pubmed: Annotated[bool, typer.Option("--pubmed", help="Ask PubMed the same, sorted by Best Match.")] = False,
    compare: Annotated[list[Path] | None, typer.Option(help="A TREC run to measure too.")] = None,
    run: Annotated[Path | None, typer.Option(help="Write the own ranking there, as a TREC run.")] = None,
    per_query: Annotated[bool, typer.Option("--per-query", help="Show each question's nDCG@10.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same known items, or headings.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure how well judged questions are answered, beside BM25, other models and PubMed."""
    _check_searched(topic, corpus, model)
    _check_asked(corpus, queries, qrels, split, known_items, headings)
    if pubmed and (corpus or queries is None):
        raise UserError("--pubmed needs judged questions on a topic: PubMed has titles too, and no other corpus.")
    from pubsearch.entrez.client import Client
    from pubsearch.evaluate import rankers, ranking_table, runs
    from pubsearch.evaluate.collection import of_topic
    from pubsearch.evaluate.headings import of_headings
    from pubsearch.evaluate.judgements import judged, read_qrels, read_queries
    from pubsearch.evaluate.retrieval import retrieval
    from pubsearch.settings import Settings
    from pubsearch.topic.version import served

    others = [*([rankers.PUBMED] if pubmed else []), *(path.name for path in compare or ())]
    check_rows(baseline, baseline_model or (), others)
    with progress(quiet=as_json) as report:
        if known_items:
            asked: ranking_table.Asked = "known items"
            collection, known = _known_items(topic, corpus, model, known_items, weight, seed, report)
        else:
            if queries and qrels:
                asked, questions, grades = "questions", read_queries(queries, split), read_qrels(qrels)
                collection = _collection(topic, corpus, model, weight, report)
            else:
                asked, there = "MeSH headings", Library().topic(topic or "")
                version = served(there)
                questions, grades = of_headings(version.records(), headings or 0, seed)
                collection = of_topic(there, weight, version)
            known = judged(questions, grades, collection.ids, collection.name)
        made = [
            runs.run(name, each, collection.ids, known.queries, report)
            for name, each in rows(collection, baseline_model or (), report).items()
        ]
        if pubmed:
            made.append(rankers.pubmed(Client(Settings()), collection, known.queries, report))
        made += [runs.read(path, known.queries, collection.ids) for path in compare or ()]
        found = retrieval(collection, known, made, baseline, WORST)
    if as_json:
        print_json(_as_json(found, asked))
    else:
        for line in ranking_table.retrieval(found, asked, per_query=per_query):
            say(line)
    if run:
        runs.write(run, next(each for each in made if each.name == collection.rank))


def _check_searched(topic: str | None, corpus: Path | None, model: str | None) -> None:
    if (topic is None) == (corpus is None):
        raise UserError("Name what to search: a topic, or a file with --corpus.")
    if topic and model:
        raise UserError(OWN_MODEL)


def _check_asked(
    corpus: Path | None,
    queries: Path | None,
    qrels: Path | None,
    split: str | None,
    known_items: int | None,
    headings: int | None,
) -> None:
    ways = sum(each is not None for each in (queries, known_items, headings))
    if ways != 1 or (queries is None) != (qrels is None):
        raise UserError("Name the questions: --queries and --qrels, or --known-items N, or --headings N.")
    if split and not queries:
        raise UserError("--split chooses among the questions of --queries: leave it out.")
    if headings and corpus:
        raise UserError("--headings needs a topic: other files have no MeSH headings.")


def _collection(
    topic: str | None, corpus: Path | None, model: str | None, weight: float | None, report: Progress
) -> "Collection":
    from pubsearch.evaluate.collection import of_topic
    from pubsearch.evaluate.texts import read_corpus

    if corpus:
        return of_texts(corpus.name, read_corpus(corpus), model, weight, report)
    return of_topic(Library().topic(topic or ""), weight)


def _known_items(
    topic: str | None,
    corpus: Path | None,
    model: str | None,
    number: int,
    weight: float | None,
    seed: int,
    report: Progress,
) -> tuple["Collection", "Judged"]:
    from pubsearch.evaluate.collection import abstracts_of
    from pubsearch.evaluate.texts import known_items, read_corpus

    if corpus:
        abstracts, known = known_items(read_corpus(corpus), number, seed, corpus.name)
        return of_texts(f"abstracts of {corpus.name}", abstracts, model, weight, report), known
    return abstracts_of(_collection(topic, None, model, weight, report), number, seed, report)


def _as_json(found: "Retrieval", asked: str) -> dict[str, Any]:
    questions = list(found.judged.queries)
    return {
        "collection": found.collection.name,
        "records": len(found.collection.ids),
        "model": found.collection.model.name,
        "fingerprint": found.collection.model.fingerprint,
        "rank": found.collection.rank,
        "weight": found.collection.weight,
        "judgements": "given" if asked == "questions" else asked,
        "questions": len(questions),
        "unanswered": found.judged.unanswered,
        "absent": found.judged.absent,
        "baseline": found.baseline,
        "rows": [
            {
                "name": row.run.name,
                "measures": {name: row.mean(name) for name in row.values},
                "against_baseline": row.against
                and {name: dataclasses.asdict(each) for name, each in row.against.items()},
            }
            for row in found.rows
        ],
        "per_query": [
            {
                "question": question,
                "text": found.judged.queries[question],
                "measures": {
                    row.run.name: {name: float(values[place]) for name, values in row.values.items()}
                    for row in found.rows
                },
            }
            for place, question in enumerate(questions)
        ],
        "worst": [dataclasses.asdict(each) for each in found.worst],
    }
