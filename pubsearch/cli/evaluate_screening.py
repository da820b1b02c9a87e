"""The command that measures how much reading is spared on finished reviews."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.cli.ranking import OWN_MODEL, Baseline, BaselineModels, Weight, check_once, check_rows, of_texts, rows
from pubsearch.errors import UserError
from pubsearch.topic.library import Library


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
    model: Annotated[str | None, typer.Option(help="The model for the files.  [default: bundled]")] = None,
    weight: Weight = None,
    baseline: Baseline = "BM25",
    baseline_model: BaselineModels = None,
    seed: Annotated[int, typer.Option(min=0, help="In which order records of one score come.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure how much reading is spared where a finished review is screened in the order of its question."""
    _check_asked(reviews, questions, question)
    if included:
        _check_topic(reviews, model, label)
    from pubsearch.evaluate import ranking_table
    from pubsearch.evaluate.collection import of_topic
    from pubsearch.evaluate.judgements import read_queries
    from pubsearch.evaluate.reviews import name, of_known, read_review
    from pubsearch.evaluate.screening import means, screen
    from pubsearch.strategy.known import read_pmids

    check_rows(baseline, baseline_model or (), ())
    asked = read_queries(questions) if questions else {}
    names = [topic_or_file if included else name(Path(topic_or_file)) for topic_or_file in reviews]
    check_once(names, "reviews")
    texts = {each: question or asked.get(each, "") for each in names}
    for each, text in texts.items():
        if not text:
            raise UserError(f"{questions} has no question for {each}: add a line with {each}, a tab and the text.")
    read = [] if included else [read_review(Path(path), label or ()) for path in reviews]
    found, absent = [], 0
    with progress(quiet=as_json) as report:
        if included:
            collection = of_topic(Library().topic(names[0]), weight)
            labels, absent = of_known(read_pmids(included), collection.ids, collection.name)
            ranked = rows(collection, baseline_model or (), report)
            found.append(screen(names[0], texts[names[0]], ranked, {"included": labels}, seed))
        for review in read:
            collection = of_texts(review.name, review.texts, model, weight, report)
            ranked = rows(collection, baseline_model or (), report)
            found.append(screen(review.name, texts[review.name], ranked, review.included, seed))
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


def _check_asked(reviews: Sequence[str], questions: Path | None, question: str | None) -> None:
    if (questions is None) == (question is None) or (question is not None and len(reviews) > 1):
        raise UserError("Name the question of each review: --questions FILE, or --question TEXT for a single one.")
    if question is not None and not question.strip():
        raise UserError("The question is empty: write what the review asks.")


def _check_topic(reviews: Sequence[str], model: str | None, label: Sequence[str] | None) -> None:
    if len(reviews) > 1:
        raise UserError("--included goes with one topic: name that alone.")
    if model:
        raise UserError(OWN_MODEL)
    if label:
        raise UserError("--included says what the review included: leave out --label, which is a column of a file.")
