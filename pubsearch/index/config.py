"""The txtai configuration: sparse=…, content=True."""

from typing import Any

from pubsearch.index.models import Model


def configuration(model: Model) -> dict[str, Any]:
    """The arguments of `txtai.Embeddings` for an index made with `model`.

    It holds the model's name, fingerprint and revision, never a path of this machine. With `normalize` off, a score is
    the dot product itself, so that scores of different questions, versions and machines can be compared.
    """
    return {
        "sparse": {
            "path": model.name,
            "fingerprint": model.fingerprint,
            "revision": model.revision,
            "vectormethod": "pubsearch.index.encoder.SpladeVectors",
            "backend": "pubsearch.index.postings.Postings",
            "normalize": False,
        },
        "content": True,
    }


def saved(model: Model, records: int, model_terms: int) -> dict[str, Any]:
    """All that stands in config.json of an index of so many records that was made with `model`."""
    arguments = configuration(model)
    numbers = {"dimensions": model_terms, "offset": records}
    return {**arguments, "offset": records, "scoring": {"method": "sparse", **arguments["sparse"], **numbers}}
