"""The command that tells which records of a topic may be one work twice."""

import dataclasses

from pubsearch.cli.output import Json, Name, print_json, say
from pubsearch.topic.duplicates import same_doi
from pubsearch.topic.library import Library


def duplicates(name: Name, as_json: Json = False) -> None:
    """List the records of a topic that share a DOI; nothing is merged or left out."""
    found = same_doi(Library().topic(name).records())
    if as_json:
        print_json({"topic": name, "same_doi": [dataclasses.asdict(each) for each in found]})
        return
    for each in found:
        say(f"DOI {each.doi}: PMID {' and '.join(map(str, each.pmids))}")
    say(f"{len(found):,} DOIs stand in more than one record." if found else "No two records share a DOI.")
