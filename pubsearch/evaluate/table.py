"""The measures of pairs as the table of a model card: a row for each model, a column for each set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pubsearch.evaluate import card
from pubsearch.evaluate.pairs import PairQuality, Spread

# “100.0 (0.9967)”
_NARROWEST = 14
_ONCE = "Of one shuffle: how much chance decides is not measured."


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    cells: Sequence[str]


def lines(found: Sequence[PairQuality], published: Mapping[str, Mapping[str, float]], seeds: int) -> Iterator[str]:
    """The table's lines, and what its columns and rows are.

    Args:
        found: each model on each set, models one after the other
        published: Pearson × 100 of other models, by model and set
        seeds: how many seeds `found` is over
    """
    sets = list({each.pairs.title: each.pairs for each in found}.values())
    models = list(dict.fromkeys(each.model for each in found))
    of = {(each.model, each.pairs.title): each for each in found}
    titles = [each.title for each in sets]
    blocks = {
        "Pearson × 100": [
            *(_correlation(model, [of[model, title].pearson for title in titles]) for model in models),
            *(_published(model, [figures.get(title) for title in titles]) for model, figures in published.items()),
        ],
        "Spearman × 100": [_correlation(model, [of[model, title].spearman for title in titles]) for model in models],
        "Active dimensions (sparsity ratio)": [
            row for model in models for row in _sides(model, [of[model, title] for title in titles])
        ],
    }
    heads = titles if len(titles) == 1 else [*titles, "Average"]
    first = max(len(text) for title, rows in blocks.items() for text in (title, *(row.name for row in rows)))
    other = max(_NARROWEST, *(len(head) for head in heads))
    for title, rows in blocks.items():
        for row in [_Row(title, heads), *rows] if rows else []:
            yield (row.name.ljust(first) + "".join(f"  {cell:>{other}}" for cell in row.cells)).rstrip()
        if rows:
            yield ""
    for each in sets:
        columns = " and ".join(each.columns)
        without = f"; rows left out, as a side is empty: {each.left_out:,}" if each.left_out else ""
        yield f"{each.title}: {len(each.first):,} pairs of {columns}, {each.source}{without}."
    yield (
        f"Mean ± standard deviation over {seeds:,} shuffles, which is not that of other pairs." if seeds > 1 else _ONCE
    )
    if published:
        yield f"Published: figures of {card.SOURCE}, which were not measured here."


def _correlation(model: str, spreads: Sequence[Spread]) -> _Row:
    average = sum(spread.mean for spread in spreads) / len(spreads)
    cells = [f"{each.mean:.2f}" + ("" if each.deviation is None else f" ± {each.deviation:.2f}") for each in spreads]
    return _Row(model, cells if len(cells) == 1 else [*cells, f"{average:.2f}"])


def _published(model: str, figures: Sequence[float | None]) -> _Row:
    known = [figure for figure in figures if figure is not None]
    cells = ["–" if figure is None else f"{figure:.2f}" for figure in figures]
    average = f"{sum(known) / len(known):.2f}" if len(known) == len(figures) else "–"
    return _Row(f"{model}, published", cells if len(cells) == 1 else [*cells, average])


def _sides(model: str, found: Sequence[PairQuality]) -> Iterator[_Row]:
    for name, sides in (("first", [each.first for each in found]), ("second", [each.second for each in found])):
        cells = [f"{side.active_dims:.1f} ({side.sparsity_ratio:.4f})" for side in sides if side]
        if cells:
            yield _Row(f"{model}, {name} texts", cells)
