"""Authors, editors and investigators of PubMed records."""

import re
from collections.abc import Iterator

from lxml import etree

from pubsearch.entrez.markup import plain
from pubsearch.record import Author

_ORCID = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9X])/?$")


def people(elements: list[etree._Element]) -> tuple[Author, ...]:
    """The `Author` or `Investigator` elements, less those with ValidYN="N".

    NLM keeps a name that an erratum corrected, with ValidYN="N", beside the right one; PubMed shows the right one only
    (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html, "AuthorList").
    """
    return tuple(_person(element) for element in elements if element.get("ValidYN") != "N")


def bare_orcid(text: str) -> str:
    """`0000-0000-0000-000X` out of the ways in which records write it, such as a URL; nothing if it is no ORCID iD."""
    found = _ORCID.search(text.strip().upper())
    return "-".join(found.groups()) if found else ""


def _person(element: etree._Element) -> Author:
    names: dict[str, str] = {}
    affiliations: list[str] = []
    orcid = ""
    for child in element:
        if child.tag == "AffiliationInfo":
            affiliations += _affiliations(child)
        elif child.tag == "Affiliation":  # up to the DTD of 2014
            affiliations.append(plain(child))
        elif child.tag == "Identifier":
            orcid = orcid or (bare_orcid(plain(child)) if child.get("Source") == "ORCID" else "")
        else:
            names[str(child.tag)] = plain(child)
    return Author(
        last_name=names.get("LastName", ""),
        # FirstName: up to the DTD of 2001
        fore_name=names.get("ForeName", "") or names.get("FirstName", ""),
        initials=names.get("Initials", ""),
        suffix=names.get("Suffix", ""),
        collective=names.get("CollectiveName", ""),
        orcid=orcid,
        affiliations=tuple(filter(None, affiliations)),
    )


def _affiliations(info: etree._Element) -> Iterator[str]:
    return (plain(child) for child in info if child.tag == "Affiliation")
