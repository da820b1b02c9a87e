"""MEDLINE text is read back by our parser and by Biopython's with no field lost."""

import io
import re
from dataclasses import replace

from Bio import Medline
from hypothesis import given, settings

from pubsearch.entrez import nbib
from pubsearch.record import Author, Correction, Journal, OtherAbstract, PartialDate, Record, Section
from pubsearch.search.export.text import heading, one_line
from tests.search.export.hostile import hostile_records
from tests.search.export.real import written

LINE = re.compile(r"[A-Z]{2,4} *-(?<=.{5}) .*|      .*")


def read(text: str) -> list[Record]:
    return list(nbib.parse(io.BytesIO(text.encode()), "saved.nbib"))


def carried(record: Record) -> Record:
    """The record as MEDLINE text carries it: without markup, MeSH identifiers, categories of sections, the ISO
    abbreviation and cited papers; the abstract and the note of a correction run on."""
    return replace(
        record,
        version=1,
        title_markup=(),
        sections=running(record.sections),
        other_abstracts=tuple(
            replace(each, sections=running(each.sections)) for each in record.other_abstracts if each.sections
        ),
        journal=replace(record.journal, iso_abbreviation=""),
        mesh=tuple(
            replace(heading, ui="", qualifiers=tuple(replace(part, ui="") for part in heading.qualifiers))
            for heading in record.mesh
        ),
        chemicals=tuple(replace(chemical, ui="") for chemical in record.chemicals),
        supplementary_concepts=tuple(replace(each, ui="", type="") for each in record.supplementary_concepts),
        corrections=tuple(
            replace(link, source=" ".join(filter(None, (link.source, link.note))), note="")
            for link in record.corrections
            if link.type != "Cites"
        ),
    )


def running(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    text = one_line(" ".join(section.heading + section.text for section in sections))
    return (Section("", "", text),) if text else ()


def test_every_real_record_comes_back_the_same(real: list[Record]) -> None:
    again = read(written("nbib", real))
    differ = {a.pmid for a, b in zip(real, again, strict=True) if carried(a) != carried(b)}
    # A suffix that is an initial, twice; a grant with the acronym "NULL", which reads as a part of its number; an empty
    # personal name.
    assert differ == {9794756, 10807180, 28775130, 23633646}


def test_another_library_finds_every_field(real: list[Record]) -> None:
    references = list(Medline.parse(io.StringIO(written("nbib", real))))
    assert len(references) == len(real) >= 1_769
    for record, said in zip(real, references, strict=True):
        assert said["PMID"] == str(record.pmid)
        # Biopython strips every kind of space at the end of a line.
        assert said.get("TI", "").split() == record.title.split()
        assert said.get("AB", "").split() == record.abstract.split()
        assert (said.get("VI", ""), said.get("IP", "")) == (record.volume, record.issue)
        assert (said.get("TA", ""), said.get("PMC", "")) == (record.journal.medline_ta, record.pmcid)
        assert said.get("DP", "").startswith(str(record.publication_date.year or ""))
        people = (*record.authors, *record.editors, *record.personal_subjects)
        expected = {
            "AU": [person.name for person in record.authors if not person.collective]
            + ["et al."] * (not record.authors_complete),
            "CN": [person.collective for person in people if person.collective],
            "AD": [place for person in people for place in person.affiliations],
            "MH": [heading(mesh) for mesh in record.mesh],
            "OT": ["*" * keyword.major + keyword.text for keyword in record.keywords],
            "PT": list(record.publication_types),
            "LA": list(record.languages),
            "RN": [f"{chemical.registry_number} ({chemical.name})" for chemical in record.chemicals],
            "SI": [f"{accession.databank}/{accession.number}" for accession in record.accessions],
            "AID": [
                f"{text} [{kind}]"
                for text, kind in (
                    (record.pii, "pii"),
                    (record.doi, "doi"),
                    (record.book_accession, "bookaccession"),
                )
                if text
            ],
        }
        for tag, values in expected.items():
            # Biopython gives each line of a longer value as a value.
            assert " ".join(said.get(tag, [])).split() == " ".join(values).split(), tag


def test_it_is_laid_out_as_pubmed_does_it() -> None:
    record = Record(
        16403221,
        title="A high level interface to SCOP and ASTRAL implemented in python, with a title that takes two lines.",
        authors=(Author("Casbon", "James A", "JA"),),
        journal=Journal("BMC bioinformatics", issn_electronic="1471-2105", medline_ta="BMC Bioinformatics"),
        publication_date=PartialDate(2006, 1, 10),
        doi="10.1186/1471-2105-7-10",
        corrections=(Correction("RetractionIn", "Lancet. 2010", 20137807),),
    )
    assert written("nbib", [record]) == (
        "PMID- 16403221\n"
        "IS  - 1471-2105 (Electronic)\n"
        "DP  - 2006 Jan 10\n"
        "TI  - A high level interface to SCOP and ASTRAL implemented in python, with a title\n"
        "      that takes two lines.\n"
        "LID - 10.1186/1471-2105-7-10 [doi]\n"
        "FAU - Casbon, James A\n"
        "AU  - Casbon JA\n"
        "TA  - BMC Bioinformatics\n"
        "JT  - BMC bioinformatics\n"
        "RIN - Lancet. 2010 PMID: 20137807\n"
        "AID - 10.1186/1471-2105-7-10 [doi]\n"
        "\n"
    )


def test_no_line_is_wider_than_pubmeds_where_words_allow(real: list[Record]) -> None:
    lines = written("nbib", real).split("\n")
    assert all(len(line) <= 87 or " " not in line[6:] for line in lines)
    assert all(LINE.fullmatch(line) for line in lines if line)


def test_abstracts_in_other_languages_go_along() -> None:
    spanish = OtherAbstract("Publisher", "spa", (Section("", "", "Un resumen."),))
    (again,) = read(written("nbib", [Record(1, other_abstracts=(spanish,))]))
    assert again.other_abstracts == (spanish,)


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_no_text_can_end_a_record_or_begin_another(record: Record) -> None:
    text = written("nbib", [record, record])
    assert [again.pmid for again in read(text)] == [record.pmid] * 2
    assert text.splitlines() == text.split("\n")[:-1]
    assert all(LINE.fullmatch(line) for line in text.split("\n") if line)
