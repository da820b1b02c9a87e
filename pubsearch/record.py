"""Record: one PubMed citation, and the text that is indexed.

Field names follow the PubMed DTD (https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/). Text is plain Unicode;
inline markup is kept beside it as spans, so that every offset in pubsearch counts code points of plain text.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Tag = Literal["b", "i", "u", "sub", "sup"]


@dataclass(frozen=True, slots=True)
class Markup:
    """One inline element of a title or an abstract: `[start, end)` in code points of the plain text."""

    start: int
    end: int
    tag: Tag


@dataclass(frozen=True, slots=True)
class Section:
    """One `AbstractText`: its label as printed ("METHODS"), NLM's category for it, and its text."""

    label: str
    nlm_category: str
    text: str
    markup: tuple[Markup, ...] = ()

    @property
    def heading(self) -> str:
        """The label as it stands before the text: `"METHODS: "`, or nothing; NLM's word for "no label" is none."""
        return f"{self.label}: " if self.label not in ("", "UNLABELLED") else ""


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract in another language or from another source (`OtherAbstract`)."""

    type: str
    language: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """One author, or a group (`collective`); a group has no personal names."""

    last_name: str = ""
    fore_name: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name as PubMed prints it: "Smith JA Jr", or the group's name."""
        return self.collective or " ".join(part for part in (self.last_name, self.initials, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal, or for a book its title in `title`."""

    title: str = ""
    iso_abbreviation: str = ""
    issn_print: str = ""
    issn_electronic: str = ""
    issn_linking: str = ""
    nlm_id: str = ""
    medline_ta: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as the record gives it; `verbatim` keeps what could not be read into parts."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    verbatim: str = ""

    def __str__(self) -> str:
        """ISO 8601 as far as known ("2019-03"), or the verbatim text ("1998 Dec-1999 Jan")."""
        if self.verbatim:
            return self.verbatim
        parts = (("{:04d}", self.year), ("{:02d}", self.month), ("{:02d}", self.day))
        return "-".join(form.format(value) for form, value in parts if value is not None)


@dataclass(frozen=True, slots=True)
class MeshQualifier:
    """A subheading of a MeSH heading."""

    name: str
    ui: str
    major: bool


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """One MeSH descriptor with its qualifiers; `major` says that the descriptor itself is starred."""

    name: str
    ui: str
    major: bool
    qualifiers: tuple[MeshQualifier, ...] = ()

    @property
    def is_major_topic(self) -> bool:
        """Whether the article is mainly about it: the descriptor is starred, or one of its qualifiers is."""
        return self.major or any(qualifier.major for qualifier in self.qualifiers)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword and who gave it (`owner`: NOTNLM for authors' own)."""

    text: str
    owner: str
    major: bool


@dataclass(frozen=True, slots=True)
class Chemical:
    """A substance of the record, with its registry number ("0" where there is none)."""

    name: str
    ui: str
    registry_number: str


@dataclass(frozen=True, slots=True)
class SupplementaryConcept:
    """A supplementary concept that is no substance: a "Disease", "Protocol" or "Organism" (`type`)."""

    name: str
    ui: str
    type: str


@dataclass(frozen=True, slots=True)
class GeneralNote:
    """A remark on the record, and the organization that made it (`owner`)."""

    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class OtherId:
    """A number that the organization `source` gave the work, such as PIP 073548."""

    source: str
    number: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as the record names it."""

    id: str = ""
    acronym: str = ""
    agency: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Accession:
    """A number in a databank, such as ClinicalTrials.gov NCT00000000."""

    databank: str
    number: str


RETRACTIONS = ("RetractionIn", "RetractedandRepublishedIn")
"""NLM's RefTypes of a work that was retracted as a whole; in the second kind it was then published anew."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A link to another citation (`CommentsCorrections`): `type` is NLM's RefType, such as RetractionIn."""

    type: str
    source: str
    pmid: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One PubMed citation, whole. Offsets of highlights count code points of `title` and `abstract`."""

    pmid: int
    version: int = 1
    title: str = ""
    title_markup: tuple[Markup, ...] = ()
    sections: tuple[Section, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    abstract_copyright: str = ""
    vernacular_title: str = ""
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    editors: tuple[Author, ...] = ()
    investigators: tuple[Author, ...] = ()
    journal: Journal = Journal()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publication_date: PartialDate = PartialDate()
    electronic_date: PartialDate = PartialDate()
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    chemicals: tuple[Chemical, ...] = ()
    supplementary_concepts: tuple[SupplementaryConcept, ...] = ()
    personal_subjects: tuple[Author, ...] = ()
    subsets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    doi: str = ""
    pmcid: str = ""
    pii: str = ""
    grants: tuple[Grant, ...] = ()
    accessions: tuple[Accession, ...] = ()
    other_ids: tuple[OtherId, ...] = ()
    corrections: tuple[Correction, ...] = ()
    general_notes: tuple[GeneralNote, ...] = ()
    conflict_of_interest: str = ""
    citation_status: str = ""
    publication_status: str = ""
    entrez_date: PartialDate = PartialDate()
    pubmed_date: PartialDate = PartialDate()
    mesh_date: PartialDate = PartialDate()
    revised_date: PartialDate = PartialDate()
    completed_date: PartialDate = PartialDate()
    is_book: bool = False
    publisher: str = ""
    isbn: str = ""
    book_accession: str = ""

    @property
    def year(self) -> int | None:
        """The year of `publication_date`, else of `electronic_date`."""
        return self.publication_date.year or self.electronic_date.year

    @property
    def abstract(self) -> str:
        """The sections joined by a newline, each with its label: "METHODS: …"."""
        return "\n".join(section.heading + section.text for section in self.sections)

    @property
    def abstract_markup(self) -> tuple[Markup, ...]:
        """The sections' inline markup, with offsets into `abstract`."""
        spans, offset = [], 0
        for section in self.sections:
            offset += len(section.heading)
            spans += [Markup(offset + span.start, offset + span.end, span.tag) for span in section.markup]
            offset += len(section.text) + 1
        return tuple(spans)

    @property
    def text(self) -> str:
        """What is indexed: title + ". " + abstract; one of them alone where the other is missing."""
        return ". ".join(part for part in (self.title, self.abstract) if part)

    @property
    def abstract_offset(self) -> int:
        """Where `abstract` begins in `text`, in code points."""
        return len(self.title) + 2 if self.title else 0

    @property
    def text_hash(self) -> bytes:
        """16 bytes (BLAKE2b) that stand for `text`: the key of its vector."""
        return hashlib.blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    @property
    def retracted(self) -> bool:
        """Whether the record says that all of the work was retracted: by publication type, or by a link to the notice
        or to what was published in its place.
        """
        return any(kind.casefold() == "retracted publication" for kind in self.publication_types) or any(
            correction.type in RETRACTIONS for correction in self.corrections
        )
