"""PubMed's own idea of what a misspelled query meant, by ESpell."""

from pubsearch.entrez.client import Client


def suggestion(client: Client, query: str) -> str | None:
    """The query as PubMed would spell it; None where it has nothing better.

    Raises:
        EntrezError: NCBI did not answer as it should.
    """
    corrected = client.espell(query).strip()
    return corrected if corrected and corrected.casefold() != query.strip().casefold() else None
