"""PubMed's own similar articles, by ELink (https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ELink)."""

from pubsearch.entrez.client import Client


def neighbours(client: Client, pmid: int, limit: int) -> list[int]:
    """The PMIDs of the articles that PubMed finds most similar to `pmid`, best first, at most `limit`; not itself.

    Empty where PubMed has no such record, or has not compared it yet.

    Raises:
        EntrezError: NCBI did not answer as it should.
    """
    scores = client.elink(pmid)
    return sorted(scores.keys() - {pmid}, key=lambda other: (-scores[other], other))[:limit]
