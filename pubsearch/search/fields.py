"""PubMed's field tags: every spelling, the field that it asks, and what a tag may say after a colon."""

import difflib
from dataclasses import dataclass
from functools import lru_cache

from pubsearch.entrez.tags import KNOWN
from pubsearch.errors import QueryError
from pubsearch.search.tree import Field

DATES: frozenset[Field] = frozenset({"dp", "epdat", "ppdat", "edat", "crdt", "mhda", "lr", "dcom"})
RANGED: frozenset[Field] = DATES | {"uid"}
_EXPLODED: frozenset[Field] = frozenset({"mh", "majr", "sh"})
# https://pubmed.ncbi.nlm.nih.gov/help/#proximity-searching
_NEAR: frozenset[Field] = frozenset({"ti", "tiab", "ad"})

# The tags of PubMed's user guide, EInfo's short and full names, and what PubMed's search builder writes. [doi] is in
# none of these lists, and PubMed takes it all the same.
_SPELLINGS: dict[Field, str] = {
    "all": "all; all fields",
    "tw": "tw; word; text word; text words",
    "tiab": "tiab; title/abstract",
    "ti": "ti; titl; title",
    "ab": "ab; abstract",
    "ot": "ot; otrm; other term",
    "tt": "tt; transliterated title",
    "au": "au; author",
    "1au": "1au; faut; first author; first author name; author - first",
    "lastau": "lastau; laut; last author; last author name; author - last",
    "fau": "fau; full; full author name; author - full",
    "auid": "auid; author identifier; author - identifier",
    "cn": "cn; coln; corporate author; author - corporate",
    "ir": "ir; investigator",
    "fir": "fir; finv; full investigator name; investigator - full",
    "ed": "ed; editor",
    "ps": "ps; personal name as subject; subject - personal name",
    "ad": "ad; affl; affiliation",
    "mh": "mh; mesh; mesh terms",
    "majr": "majr; mesh major topic",
    "sh": "sh; subh; mesh subheading; mesh subheadings; subheading; subheadings",
    "nm": "nm; subs; substance name; supplementary concept",
    "pa": "pa; papx; pharmacological action",
    "rn": "rn; ecno; ec/rn number",
    "ta": "ta; jo; jour; journal",
    "jid": "jid; nlm unique id",
    "vi": "vi; vol; volume",
    "ip": "ip; iss; issue",
    "pg": "pg; page; pagination",
    "pl": "pl; cnty; place of publication",
    "pubn": "pubn; publisher",
    "isbn": "isbn",
    "gr": "gr; grnt; grant number; grants and funding",
    "pt": "pt; ptyp; publication type",
    "la": "la; lang; language",
    "sb": "sb; subset; filter; filt",
    "uid": "uid; pmid",
    "aid": "aid; pid; article identifier; publisher id; doi",
    "lid": "lid; location id",
    "si": "si; secondary source id",
    "dp": "dp; pdat; publication date; date - publication",
    "epdat": "epdat; epdt; electronic publication date; electronic date of publication",
    "ppdat": "ppdat; ppdt; print publication date; print date of publication",
    "edat": "edat; entrez date; entry date; date - entrez; date - entry",
    "crdt": "crdt; create date; date - create",
    "mhda": "mhda; mesh date; date - mesh",
    "lr": "lr; mdat; modification date; date - modification",
    "dcom": "dcom; cdat; completion date; date - completion",
}
FIELDS: dict[str, Field] = {
    spelling: field for field, spellings in _SPELLINGS.items() for spelling in spellings.split("; ")
}


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands in brackets: the field, whether narrower headings count too, and the distance of a near search."""

    field: Field
    explode: bool = True
    distance: int | None = None


def tag(text: str, position: int) -> Tag:
    """Reads the `text` between the brackets of a tag; `position` is the place of its [ in the query.

    Raises:
        QueryError: PubMed has no such tag, the records here lack the field, or the field cannot do what is asked.
    """
    found = _tag(text)
    if isinstance(found, Tag):
        return found
    shown = " ".join(text[:40].split())
    raise QueryError(f"The tag [{shown}] at character {position + 1} {found}.", position)


@lru_cache(1 << 10)
def _tag(text: str) -> Tag | str:
    """The tag, or what is wrong with it."""
    name, colon, suffix = _normal(text).rpartition(":")
    if not colon:
        name, suffix = suffix, ""
    field = FIELDS.get(name.strip())
    suffix = suffix.strip()
    if field is None:
        return _unknown(name.strip())
    if not colon:
        return Tag(field)
    if suffix == "noexp":
        return Tag(field, explode=False) if field in _EXPLODED else f"has no narrower terms: write [{field}]"
    distance = suffix.removeprefix("~").strip()
    if suffix.startswith("~") and distance.isdecimal() and len(distance) <= 4:
        if field in _NEAR:
            return Tag(field, distance=int(distance))
        return "cannot ask for nearness: only [ti], [tiab] and [ad] can, as in [tiab:~3]"
    return f"ends in :{suffix[:20]}, which is unknown: write [{field}], [mh:noexp] or [tiab:~3]"


def _unknown(name: str) -> str:
    if name in KNOWN:
        return "is PubMed's, but the records here lack that field: take it out or use another, such as [tiab]"
    near = difflib.get_close_matches(name[:40], FIELDS, n=1)
    if near:
        return f"is unknown: write [{FIELDS[near[0]]}] if that is meant"
    return "is unknown: write for instance [tiab] for title and abstract or [mh] for MeSH headings"


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())
