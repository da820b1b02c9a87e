"""A query → every PMID that PubMed has for it."""

from pubsearch.entrez.client import MAX_PMIDS, Client, SearchAnswer
from pubsearch.errors import EntrezError, UserError


def search(client: Client, term: str) -> SearchAnswer:
    """Every PMID of `term`, each once, and as many as PubMed counts.

    Raises:
        UserError: PubMed has more than MAX_PMIDS records for it
        EntrezError: the PMIDs are not as many as the count says
    """
    answer = client.esearch(term)
    if answer.count > MAX_PMIDS:
        raise UserError(
            f"PubMed has {answer.count:,} records for this query and gives only the first {MAX_PMIDS:,};"
            " narrow the query, for instance to some years with AND 2020:2025[dp]."
        )
    if len(set(answer.pmids)) != answer.count:
        raise EntrezError(
            f"PubMed counted {answer.count:,} records for this query and named {len(set(answer.pmids)):,};"
            " try again in some minutes."
        )
    return answer
