"""The command line: thin over the library. Exit code 0 done, 1 the world failed, 2 you asked wrongly."""

import io
import sys

import typer

from pubsearch import console
from pubsearch.cli import (
    bundles,
    evaluate,
    evaluate_retrieval,
    evaluate_screening,
    finetuning,
    index,
    ingestion,
    mesh,
    quality,
    search,
    strategy,
    topics,
)
from pubsearch.cli.output import written
from pubsearch.errors import PubsearchError, UserError
from pubsearch.topic.job_state import ending

app = typer.Typer(
    help="Semantic search over PubMed: topic indexes, exact explanations, offline rebuilds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(topics.app, name="topic")
app.add_typer(strategy.app, name="strategy")
app.add_typer(evaluate.app, name="evaluate")
evaluate.app.command()(evaluate_retrieval.retrieval)
evaluate.app.command()(evaluate_screening.screening)
for command in (
    ingestion.count,
    ingestion.ingest,
    ingestion.update,
    ingestion.import_files,
    ingestion.report,
    index.build,
    index.vacuum,
    topics.verify,
    bundles.bundle,
    bundles.install,
    search.search,
    search.explain,
    search.similar,
    search.export,
    quality.tune,
    finetuning.finetune,
    mesh.mesh,
    index.demo,
    index.serve,
):
    app.command(command.__name__.removesuffix("_files"))(command)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; every foreseen error is one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal of another encoding shows an escape, and no traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        for argument in sys.argv[1:] if arguments is None else arguments:
            if argument != argument.encode("utf-8", "replace").decode():
                raise UserError(f"{argument!r} is no text in UTF-8: write it again.")
        with ending(), written():
            app(arguments)
    except PubsearchError as error:
        print(f"pubsearch: {console.printable(str(error))}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
