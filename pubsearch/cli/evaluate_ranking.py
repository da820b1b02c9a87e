"""The commands that measure how well questions are answered: on judged questions, and on finished reviews."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.errors import UserError
from pubsearch.search.results import Rank
from pubsearch.topic.library import Library
from pubsearch.topic.progress import Progress

if TYPE_CHECKING:
    from pubsearch.evaluate.collection import Collection
    from pubsearch.evaluate.judgements import Judged
    from pubsearch.evaluate.retrieval import Retrieval
    from pubsearch.evaluate.runs import Ranker
    from pubsearch.evaluate.texts import Text

# The questions that are looked into.
WORST = 5

BaselineModels = Annotated[
    list[str] | None, typer.Option("--baseline-model", help="Rank by this model too; give it again for more.")
]
Baseline = Annotated[str, typer.Option(help="The row that the others are compared with.")]
Weight = Annotated[float | None, typer.Option(min=0, max=1000, help="What words count beside meaning.")]
KnownItems = Annotated[
    int | None,
    typer.Option(min=1, help="Instead of judged questions: so many titles, each to find its own abstract."),
]

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
    _check_asked(topic, corpus, model, queries, qrels, known_items, headings)
    if pubmed and (corpus or queries is None):
        raise UserError("--pubmed needs judged questions on a topic: PubMed has titles too, and no other corpus.")
    from pubsearch.entrez.client import Client
    from pubsearch.evaluate import rankers, ranking_table, runs
    from pubsearch.evaluate.headings import of_headings
    from pubsearch.evaluate.judgements import judged, read_qrels, read_queries
    from pubsearch.evaluate.retrieval import retrieval
    from pubsearch.settings import Settings

    others = [*([rankers.PUBMED] if pubmed else []), *(path.name for path in compare or ())]
    _check_rows(baseline, baseline_model or (), others)
    with progress(quiet=as_json) as report:
        if queries and qrels:
            questions, grades = read_queries(queries, split), read_qrels(qrels)
        if known_items:
            asked: ranking_table.Asked = "known items"
            collection, known = _known_items(topic, corpus, model or "bundled", known_items, weight, seed, report)
        else:
            collection = _collection(topic, corpus, model or "bundled", weight, report)
            asked = "questions" if queries else "MeSH headings"
            if headings:
                questions, grades = of_headings(Library().topic(topic or "").records(), headings, seed)
            known = judged(questions, grades, collection.ids, collection.name)
        made = [
            runs.run(name, each, collection.ids, known.queries, report)
            for name, each in _rankers(collection, baseline_model or (), report).items()
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


def screening(
    reviews: Annotated[
        list[str],
        typer.Argument(metavar="[FILE | TOPIC]...", help="CSV files with id, title, abstract, label; a topic."),
    ],
    questions: Annotated[
        Path | None, typer.Option(help="The reviews' questions, one a line: file's name without endings, tab, text.")
    ] = None,
    question: Annotated[str | None, typer.Option(help="The question of the only review.")] = None,
    included: Annotated[Path | None, typer.Option(help="For a topic: the PMIDs that the review included.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="The column that says 1 or 0; give it again for more levels.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model for the files.")] = "bundled",
    weight: Weight = None,
    baseline: Baseline = "BM25",
    baseline_model: BaselineModels = None,
    seed: Annotated[int, typer.Option(min=0, help="In which order records of one score come.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure how much reading is spared where a finished review is screened in the order of its question."""
    if (questions is None) == (question is None) or (question is not None and len(reviews) > 1):
        raise UserError("Name the question of each review: --questions FILE, or --question TEXT for a single one.")
    if question is not None and not question.strip():
        raise UserError("The question is empty: write what the review asks.")
    if included and len(reviews) > 1:
        raise UserError("--included goes with one topic: name that alone.")
    from pubsearch.evaluate import ranking_table
    from pubsearch.evaluate.judgements import read_queries
    from pubsearch.evaluate.reviews import name, of_known, read_review
    from pubsearch.evaluate.screening import means, screen
    from pubsearch.strategy.known import read_pmids

    _check_rows(baseline, baseline_model or (), ())
    asked = read_queries(questions) if questions else {}
    names = [topic_or_file if included else name(Path(topic_or_file)) for topic_or_file in reviews]
    _check_once(names, "reviews")
    texts = {each: question or asked.get(each) for each in names}
    for each, text in texts.items():
        if text is None:
            raise UserError(f"{questions} has no question for {each}: add a line with {each}, a tab and the text.")
    read = [] if included else [read_review(Path(path), label or ()) for path in reviews]
    found, absent = [], 0
    with progress(quiet=as_json) as report:
        if included:
            collection = _collection(names[0], None, model, weight, report)
            labels, absent = of_known(read_pmids(included), collection.ids, collection.name)
            rows = _rankers(collection, baseline_model or (), report)
            found.append(screen(names[0], texts[names[0]] or "", rows, {"included": labels}, seed))
        for review in read:
            collection = _of_texts(review.name, review.texts, model, weight, report)
            rows = _rankers(collection, baseline_model or (), report)
            found.append(screen(review.name, texts[review.name] or "", rows, review.included, seed))
    tables = {
        level: means(found, level, baseline) for level in dict.fromkeys(each for one in found for each in one.values)
    }
    if as_json:
        print_json({
            "baseline": baseline,
            "absent": absent,
            "reviews": [dataclasses.asdict(each) for each in found],
            "means": {
                level: {
                    ranker: {
                        measure: {"mean": mean, "against_baseline": against and dataclasses.asdict(against)}
                        for measure, (mean, against) in row.items()
                    }
                    for ranker, row in table.items()
                }
                for level, table in tables.items()
            },
        })  # fmt: skip
        return
    for line in ranking_table.screening(found, tables, baseline, absent):
        say(line)


def _check_asked(
    topic: str | None,
    corpus: Path | None,
    model: str | None,
    queries: Path | None,
    qrels: Path | None,
    known_items: int | None,
    headings: int | None,
) -> None:
    if (topic is None) == (corpus is None):
        raise UserError("Name what to search: a topic, or a file with --corpus.")
    if topic and model:
        raise UserError("A topic has its own model: compare another with --baseline-model.")
    ways = sum(each is not None for each in (queries, known_items, headings))
    if ways != 1 or (queries is None) != (qrels is None):
        raise UserError("Name the questions: --queries and --qrels, or --known-items N, or --headings N.")
    if headings and corpus:
        raise UserError("--headings needs a topic: other files have no MeSH headings.")


def _check_rows(baseline: str, models: Sequence[str], others: Sequence[str]) -> None:
    """Refuses before the work what would be refused after it."""
    from pubsearch.evaluate.rankers import BM25
    from pubsearch.evaluate.significance import check_baseline
    from pubsearch.index.models import canonical

    for spec in models:
        canonical(spec)
    names = [*get_args(Rank), BM25, *models, *others]
    _check_once(names, "rows")
    check_baseline(baseline, names)


def _check_once(names: Sequence[str], what: str) -> None:
    if twice := next((each for each in names if names.count(each) > 1), None):
        raise UserError(f"Two {what} would be called {twice}: name each once, and give files other names.")


def _collection(
    topic: str | None, corpus: Path | None, model: str, weight: float | None, report: Progress
) -> "Collection":
    from pubsearch.evaluate.collection import of_topic
    from pubsearch.evaluate.texts import read_corpus

    if corpus:
        return _of_texts(corpus.name, read_corpus(corpus), model, weight, report)
    found = of_topic(Library().topic(topic or ""))
    return found if weight is None else dataclasses.replace(found, rank="both", weight=weight)


def _known_items(
    topic: str | None, corpus: Path | None, model: str, number: int, weight: float | None, seed: int, report: Progress
) -> tuple["Collection", "Judged"]:
    from pubsearch.evaluate.collection import abstracts_of
    from pubsearch.evaluate.texts import known_items, read_corpus

    if corpus:
        abstracts, known = known_items(read_corpus(corpus), number, seed, corpus.name)
        return _of_texts(f"abstracts of {corpus.name}", abstracts, model, weight, report), known
    return abstracts_of(_collection(topic, None, model, weight, report), number, seed, report)


def _of_texts(name: str, texts: Sequence["Text"], model: str, weight: float | None, report: Progress) -> "Collection":
    from pubsearch.evaluate.collection import of_texts
    from pubsearch.index import models

    return of_texts(name, texts, models.resolve(models.canonical(model)), report, weight)


def _rankers(collection: "Collection", models: Sequence[str], report: Progress) -> dict[str, "Ranker"]:
    """pubsearch's own rankings, BM25, and other models, by the names of their rows."""
    from pubsearch.evaluate import rankers
    from pubsearch.evaluate.runs import ranker

    texts = list(collection.texts())
    found = {rank: ranker(collection, rank) for rank in get_args(Rank)}
    return (
        found | {rankers.BM25: rankers.bm25(texts)} | {spec: rankers.by_model(spec, texts, report) for spec in models}
    )


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
