"""What NeuML's model cards publish: three sets of pairs, and how models do on them.

Sets and table: https://huggingface.co/NeuML/pubmedbert-base-embeddings
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pubsearch.errors import WorldError
from pubsearch.index import hub

SOURCE = "https://huggingface.co/NeuML/pubmedbert-base-embeddings"
# Every set there is in Parquet too, whatever its own format: https://huggingface.co/docs/dataset-viewer/parquet
_PARQUET = "refs/convert/parquet"
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class CardSet:
    """A set of pairs as the card names it, and where a hub has it."""

    title: str
    repository: str
    subset: str
    split: str
    columns: tuple[str, str]


SETS: Mapping[str, CardSet] = {
    "pubmedqa": CardSet("PubMed QA", "qiaojin/PubMedQA", "pqa_labeled", "train", ("question", "long_answer")),
    "subset": CardSet("PubMed Subset", "awinml/pubmed_abstract_3_1k", "default", "test", ("title", "text")),
    "summary": CardSet("PubMed Summary", "armanc/scientific_papers", "pubmed", "validation", ("article", "abstract")),
}

# Pearson × 100, by the sets' titles.
PEARSON: Mapping[str, Mapping[str, float]] = {
    model: dict(zip((each.title for each in SETS.values()), figures, strict=True))
    for model, figures in {
        "all-MiniLM-L6-v2": (90.40, 95.92, 94.07),
        "bge-base-en-v1.5": (91.02, 95.82, 94.49),
        "gte-base": (92.97, 96.90, 96.24),
        "pubmedbert-base-embeddings": (93.27, 97.00, 96.58),
        "S-PubMedBert-MS-MARCO": (90.86, 93.68, 93.54),
    }.items()
}


def fetch(name: str) -> list[Path]:
    """The Parquet files of a set of `SETS`, from the hub, in Hugging Face's cache.

    Raises:
        WorldError: the hub does not give them; the sentence names the way out.
    """
    from huggingface_hub import HfApi, hf_hub_download

    wanted = SETS[name]
    repository, place = wanted.repository, hub.endpoint()
    try:
        about = HfApi(endpoint=place).dataset_info(repository, revision=_PARQUET, timeout=_SECONDS)
        files = [file.rfilename for file in about.siblings or ()]
        # A folder called partial-… holds the beginning of a set that is too large for the hub to convert.
        found = [file for file in files if PurePosixPath(file).match(f"{wanted.subset}/{wanted.split}/*.parquet")]
        if not found:
            raise LookupError(f"no whole {wanted.split} of {wanted.subset}")
        return [
            Path(
                hf_hub_download(
                    repository, file, repo_type="dataset", revision=about.sha, endpoint=place, cache_dir=hub.cache()
                )
            )
            for file in sorted(found)
        ]
    # As for models: whatever the client raises, the set cannot be had.
    except Exception as error:
        raise WorldError(
            f"{wanted.title} cannot be had from {place} ({(str(error) or type(error).__name__).splitlines()[0]}): get "
            f"{repository} as CSV, JSON lines or Parquet and name the file: {name}=FILE."
        ) from error
