"""What NCBI would let pass without a word, and search something else: unknown field tags, and what is not closed."""

import re

from pubsearch.errors import QueryError

# The tags of PubMed's user guide (https://pubmed.ncbi.nlm.nih.gov/help/#search-tags), the names and full names that
# EInfo gives for PubMed's fields, and the long forms that PubMed's own search builder and details page write.
_SHORT = """
    1au ab ad affl affiliation aid all au auid aucl book cdat cn cnty cois coln crdt dcom dp dso ecno ed edat eid epdat
    epdt fau faut filt filter finv fir full gr grnt ip ir isbn iss issue jid jo jour journal la lang lastau laut lid lr
    majr mdat mesh mh mhda nm ot otrm pa page papx pdat pg pid pl pmid ppdat ppdt ps pt ptyp pubn rn sb sh si subh subs
    subset ta ti tiab titl title tt tw uid vi vol volume word abstract author book editor investigator language owner
    pagination publisher version
"""
KNOWN = frozenset(_SHORT.split()) | {
    "all fields",
    "article identifier",
    "author - corporate",
    "author - first",
    "author - full",
    "author - identifier",
    "author - last",
    "author cluster id",
    "author identifier",
    "completion date",
    "conflict of interest statement",
    "conflict of interest statements",
    "corporate author",
    "create date",
    "date - completion",
    "date - create",
    "date - entrez",
    "date - entry",
    "date - mesh",
    "date - modification",
    "date - publication",
    "ec/rn number",
    "electronic date of publication",
    "electronic publication date",
    "entrez date",
    "entry date",
    "extended pmid",
    "first author",
    "first author name",
    "full author name",
    "full investigator name",
    "grant number",
    "grants and funding",
    "investigator - full",
    "last author",
    "last author name",
    "location id",
    "mesh date",
    "mesh major topic",
    "mesh subheading",
    "mesh subheadings",
    "mesh terms",
    "modification date",
    "nlm unique id",
    "other term",
    "personal name as subject",
    "pharmacological action",
    "place of publication",
    "print date of publication",
    "print publication date",
    "publication date",
    "publication type",
    "publisher id",
    "secondary source id",
    "subheading",
    "subheadings",
    "subject - personal name",
    "substance name",
    "supplementary concept",
    "text word",
    "text words",
    "title/abstract",
    "transliterated title",
}
_QUOTED_OR_SIGN = re.compile(r'"[^"]*"|\[([^\[\]]*)\]|["()]')
# [mh:noexp], and the distance of [tiab:~3]
_SUFFIX = re.compile(r"\s*:\s*(noexp|~\s*\d+)$")


def check(term: str) -> tuple[str, ...]:
    """What PubMed will guess in `term` without a word: quotes and parentheses that nothing closes.

    Raises:
        QueryError: PubMed does not know a field tag and would ignore it, or a parenthesis closes nothing
    """
    opened = []
    # only the last quote can lack its other end, and no parenthesis closes it
    quotes = []
    for match in _QUOTED_OR_SIGN.finditer(term):
        if match[0] == '"':
            quotes.append(match)
        elif match[0] == "(":
            opened.append(match)
        elif match[0] == ")" and not opened:
            raise QueryError(f"The ) at character {match.start() + 1} of the query closes nothing; take it out.")
        elif match[0] == ")":
            opened.pop()
        elif match[1] is not None and _SUFFIX.sub("", " ".join(match[1].casefold().split())) not in KNOWN:
            raise QueryError(
                f"PubMed has no field tag [{match[1]}] and would ignore it without a word; correct it at character"
                f" {match.start() + 1}, for instance to [tiab] for title and abstract or [mh] for MeSH headings."
            )
    return tuple(
        f"The {sign[0]} at character {sign.start() + 1} is not closed; PubMed guesses where it ends"
        for sign in sorted(opened + quotes, key=lambda sign: sign.start())
    )
