"""What the commands have in common that rank texts for questions: their options, and the rows of their tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from pubsearch.errors import UserError
from pubsearch.search.results import Rank
from pubsearch.topic.progress import Progress

if TYPE_CHECKING:
    from pubsearch.evaluate.collection import Collection
    from pubsearch.evaluate.runs import Ranker
    from pubsearch.evaluate.texts import Text

BaselineModels = Annotated[
    list[str] | None, typer.Option("--baseline-model", help="Rank by this model too; give it again for more.")
]
Baseline = Annotated[str, typer.Option(help="The row that the others are compared with.")]
Weight = Annotated[float | None, typer.Option(min=0, max=1000, help="What words count beside meaning.")]
KnownItems = Annotated[
    int | None,
    typer.Option(min=1, help="Instead of judged questions: so many titles, each to find its own abstract."),
]

OWN_MODEL = "A topic has its own model: compare another with --baseline-model."


def check_rows(baseline: str, models: Sequence[str], others: Sequence[str]) -> None:
    """Refuses before the work what would be refused after it.

    Raises:
        UserError: two rows would have one name, none is called as the baseline, or a model's name names none.
    """
    from pubsearch.evaluate.rankers import BM25
    from pubsearch.evaluate.significance import check_baseline
    from pubsearch.index.models import canonical

    for spec in models:
        canonical(spec)
    names = [*get_args(Rank), BM25, *models, *others]
    check_once(names, "rows")
    check_baseline(baseline, names)


def check_once(names: Sequence[str], what: str) -> None:
    """Refuses a name that comes twice.

    Raises:
        UserError: one does; `what` is what they name.
    """
    if twice := next((each for each in names if names.count(each) > 1), None):
        raise UserError(f"Two {what} would be called {twice}: name each once, and give files other names.")


def of_texts(
    name: str, texts: Sequence["Text"], model: str | None, weight: float | None, report: Progress
) -> "Collection":
    """Texts of a file by a model, the bundled one where none is named.

    Raises:
        UserError: the model's name names none.
        ModelError: the model cannot be had or loaded.
    """
    from pubsearch.evaluate.collection import of_texts
    from pubsearch.index import models

    return of_texts(name, texts, models.resolve(models.canonical(model or "bundled")), report, weight)


def rows(collection: "Collection", models: Sequence[str], report: Progress) -> dict[str, "Ranker"]:
    """pubsearch's own rankings, BM25, and other models, by the names of their rows."""
    from pubsearch.evaluate import rankers
    from pubsearch.evaluate.runs import ranker

    texts = list(collection.texts())
    found = {rank: ranker(collection, rank) for rank in get_args(Rank)}
    return (
        found | {rankers.BM25: rankers.bm25(texts)} | {spec: rankers.by_model(spec, texts, report) for spec in models}
    )
