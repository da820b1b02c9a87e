"""References as the styles' own samples print them, and as real records need them.

Samples: https://www.nlm.nih.gov/bsd/uniform_requirements.html (Vancouver, here with NLM's month and day left out as
there), AMA Manual of Style (11th edition, 3.11), https://apastyle.apa.org/style-grammar-guidelines/references/examples.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from pubsearch.record import Author, Correction, Journal, PartialDate, Record
from pubsearch.search.cite import Style, cite
from tests.search.export.hostile import hostile_records
from tests.search.export.real import records

STYLES: tuple[Style, ...] = ("vancouver", "ama", "apa")


def people(names: str) -> tuple[Author, ...]:
    """ "Halpern SD, Ubel PA" as authors; a name behind a semicolon is a group's."""
    persons, _, group = names.partition("; ")
    authors = [
        Author(last, "", initials) for last, _, initials in (name.rpartition(" ") for name in persons.split(", "))
    ]
    return (*authors, *[Author(collective=group)] * bool(group))


TRANSPLANTS = Record(
    12140307,
    title="Solid-organ transplantation in HIV-infected patients.",
    authors=people("Halpern SD, Ubel PA, Caplan AL"),
    journal=Journal("The New England journal of medicine", medline_ta="N Engl J Med"),
    volume="347",
    issue="4",
    pages="284-7",
    publication_date=PartialDate(2002, 7, 25),
    languages=("eng",),
    doi="10.1056/NEJMsb020632",
)
CORTEX = Record(
    1,
    title="Regulation of interstitial excitatory amino acid concentrations after cortical contusion injury.",
    authors=people("Rose ME, Huerbin MB, Melick J, Marion DW, Palmer AM, Schiding JK, Kochanek PM, Graham SH"),
    journal=Journal("Brain research", medline_ta="Brain Res"),
    volume="935",
    issue="1-2",
    pages="40-6",
    publication_date=PartialDate(2002),
    languages=("eng",),
)
GROUP = Record(
    1,
    title="Hypertension, insulin, and proinsulin in participants with impaired glucose tolerance.",
    authors=(Author(collective="Diabetes Prevention Program Research Group"),),
    journal=Journal("Hypertension (Dallas, Tex. : 1979)", medline_ta="Hypertension"),
    volume="40",
    issue="5",
    pages="679-86",
    publication_date=PartialDate(2002),
    languages=("eng",),
)
BOTH = replace(
    GROUP,
    title="Sexual dysfunction in 1,274 European men suffering from lower urinary tract symptoms.",
    authors=people("Vallancien G, Emberton M, Harving N, van Moorselaar RJ; Alf-One Study Group"),
    journal=Journal("The Journal of urology", medline_ta="J Urol"),
    volume="169",
    issue="6",
    pages="2257-61",
    publication_date=PartialDate(2003),
)
NOBODY = Record(
    1,
    title="21st century heart solution may have a sting in the tail.",
    journal=Journal("BMJ (Clinical research ed.)", medline_ta="BMJ"),
    volume="325",
    issue="7357",
    pages="184",
    publication_date=PartialDate(2002),
    languages=("eng",),
)
NORWEGIAN = Record(
    1,
    title="[Disease anxiety among medical students and law students].",
    vernacular_title="Sykdomsangst blant medisin- og jusstudenter.",
    authors=people("Ellingsen AE, Wilhelmsen I"),
    journal=Journal("Tidsskrift for den Norske laegeforening", medline_ta="Tidsskr Nor Laegeforen"),
    volume="122",
    issue="8",
    pages="785-7",
    publication_date=PartialDate(2002, 3, 20),
    languages=("nor",),
)
RETRACTED = Record(
    1,
    title="Safety and tolerability of a rapidly escalating dose-loading regimen for risperidone.",
    authors=people("Feifel D, Moutier CY, Perry W"),
    journal=Journal("The Journal of clinical psychiatry", medline_ta="J Clin Psychiatry"),
    volume="61",
    issue="12",
    pages="909-11",
    publication_date=PartialDate(2000),
    languages=("eng",),
    corrections=(
        Correction("RetractionIn", "Feifel D, Moutier CY, Perry W. J Clin Psychiatry. 2002 Feb;63(2):169", 11874219),
    ),
)
CHAPTER = Record(
    1,
    title="Chromosome alterations in human solid tumors.",
    authors=people("Meltzer PS, Kallioniemi A, Trent JM"),
    editors=people("Vogelstein B, Kinzler KW"),
    journal=Journal("The genetic basis of human cancer"),
    pages="93-113",
    publication_date=PartialDate(2002),
    languages=("eng",),
    is_book=True,
    publisher="McGraw-Hill",
)
EDITED = Record(
    1,
    title="Operative obstetrics",
    editors=(Author("Gilstrap", "", "LC", "3rd"), *people("Cunningham FG, VanDorsten JP")),
    journal=Journal("Operative obstetrics"),
    publication_date=PartialDate(2002),
    is_book=True,
    publisher="McGraw-Hill",
)


@pytest.mark.parametrize(
    ("record", "sample"),
    [
        (
            replace(TRANSPLANTS, doi=""),
            (
                "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med. "
                "2002 Jul 25;347(4):284-7."
            ),
        ),
        (
            CORTEX,
            (
                "Rose ME, Huerbin MB, Melick J, Marion DW, Palmer AM, Schiding JK, et al. Regulation of interstitial "
                "excitatory amino acid concentrations after cortical contusion injury. Brain Res. 2002;935(1-2):40-6."
            ),
        ),
        (
            GROUP,
            (
                "Diabetes Prevention Program Research Group. Hypertension, insulin, and proinsulin in participants "
                "with impaired glucose tolerance. Hypertension. 2002;40(5):679-86."
            ),
        ),
        (
            BOTH,
            (
                "Vallancien G, Emberton M, Harving N, van Moorselaar RJ; Alf-One Study Group. Sexual dysfunction in "
                "1,274 European men suffering from lower urinary tract symptoms. J Urol. 2003;169(6):2257-61."
            ),
        ),
        (NOBODY, "21st century heart solution may have a sting in the tail. BMJ. 2002;325(7357):184."),
        (
            NORWEGIAN,
            (
                "Ellingsen AE, Wilhelmsen I. [Disease anxiety among medical students and law students]. Tidsskr Nor "
                "Laegeforen. 2002 Mar 20;122(8):785-7. Norwegian."
            ),
        ),
        (
            RETRACTED,
            (
                "Feifel D, Moutier CY, Perry W. Safety and tolerability of a rapidly escalating dose-loading regimen "
                "for risperidone. J Clin Psychiatry. 2000;61(12):909-11. Retraction in: Feifel D, Moutier CY, Perry "
                "W. J Clin Psychiatry. 2002 Feb;63(2):169."
            ),
        ),
        (
            CHAPTER,
            (
                "Meltzer PS, Kallioniemi A, Trent JM. Chromosome alterations in human solid tumors. In: Vogelstein "
                "B, Kinzler KW, editors. The genetic basis of human cancer. McGraw-Hill; 2002. p. 93-113."
            ),
        ),
        (
            EDITED,
            "Gilstrap LC 3rd, Cunningham FG, VanDorsten JP, editors. Operative obstetrics. McGraw-Hill; 2002.",
        ),
    ],
)
def test_vancouver(record: Record, sample: str) -> None:
    assert cite(record, "vancouver") == f"{sample} PMID: {record.pmid}."


@pytest.mark.parametrize(
    ("record", "sample"),
    [
        (
            TRANSPLANTS,
            (
                "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med. "
                "2002;347(4):284-287. doi:10.1056/NEJMsb020632"
            ),
        ),
        (
            CORTEX,
            (
                "Rose ME, Huerbin MB, Melick J, et al. Regulation of interstitial excitatory amino acid "
                "concentrations after cortical contusion injury. Brain Res. 2002;935(1-2):40-46."
            ),
        ),
        (
            replace(CORTEX, authors=(*CORTEX.authors, Author(collective="The Group"))),
            (
                "Rose ME, Huerbin MB, Melick J, et al; The Group. Regulation of interstitial excitatory amino acid "
                "concentrations after cortical contusion injury. Brain Res. 2002;935(1-2):40-46."
            ),
        ),
        (NOBODY, "21st century heart solution may have a sting in the tail. BMJ. 2002;325(7357):184."),
        (
            NORWEGIAN,
            (
                "Ellingsen AE, Wilhelmsen I. [Disease anxiety among medical students and law students]. Article in "
                "Norwegian. Tidsskr Nor Laegeforen. 2002;122(8):785-787."
            ),
        ),
        (
            RETRACTED,
            (
                "Feifel D, Moutier CY, Perry W. Safety and tolerability of a rapidly escalating dose-loading regimen "
                "for risperidone. J Clin Psychiatry. 2000;61(12):909-911. Retracted in: Feifel D, Moutier CY, Perry "
                "W. J Clin Psychiatry. 2002 Feb;63(2):169."
            ),
        ),
        (
            CHAPTER,
            (
                "Meltzer PS, Kallioniemi A, Trent JM. Chromosome alterations in human solid tumors. In: Vogelstein "
                "B, Kinzler KW, eds. The genetic basis of human cancer. McGraw-Hill; 2002:93-113."
            ),
        ),
        (EDITED, "Gilstrap LC 3rd, Cunningham FG, VanDorsten JP, eds. Operative obstetrics. McGraw-Hill; 2002."),
    ],
)
def test_ama(record: Record, sample: str) -> None:
    assert cite(record, "ama") == sample


@pytest.mark.parametrize(
    ("record", "sample"),
    [
        (
            TRANSPLANTS,
            (
                "Halpern, S. D., Ubel, P. A., & Caplan, A. L. (2002). Solid-organ transplantation in HIV-infected "
                "patients. The New England Journal of Medicine, 347(4), 284–287. https://doi.org/10.1056/NEJMsb020632"
            ),
        ),
        (
            GROUP,
            (
                "Diabetes Prevention Program Research Group. (2002). Hypertension, insulin, and proinsulin in "
                "participants with impaired glucose tolerance. Hypertension, 40(5), 679–686."
            ),
        ),
        (NOBODY, "21st century heart solution may have a sting in the tail. (2002). BMJ, 325(7357), 184."),
        (
            NORWEGIAN,
            (
                "Ellingsen, A. E., & Wilhelmsen, I. (2002). Sykdomsangst blant medisin- og jusstudenter [Disease "
                "anxiety among medical students and law students]. Tidsskrift for den Norske laegeforening, 122(8), "
                "785–787."
            ),
        ),
        (
            RETRACTED,
            (
                "Feifel, D., Moutier, C. Y., & Perry, W. (2000). Safety and tolerability of a rapidly escalating "
                "dose-loading regimen for risperidone. The Journal of Clinical Psychiatry, 61(12), 909–911. "
                "(Retraction published 2002, J Clin Psychiatry, 63[2], 169)"
            ),
        ),
        (
            CHAPTER,
            (
                "Meltzer, P. S., Kallioniemi, A., & Trent, J. M. (2002). Chromosome alterations in human solid "
                "tumors. In B. Vogelstein & K. W. Kinzler (Eds.), The genetic basis of human cancer (pp. 93–113). "
                "McGraw-Hill."
            ),
        ),
        (
            EDITED,
            (
                "Gilstrap, L. C., III, Cunningham, F. G., & VanDorsten, J. P. (Eds.). (2002). Operative obstetrics. "
                "McGraw-Hill."
            ),
        ),
        (
            Record(
                1,
                title='Teaching medicine with the help of "Dr. House"',
                authors=people("Jerrentrup A, Mueller T"),
                journal=Journal("PloS one", medline_ta="PLoS One"),
                volume="13",
                issue="3",
                pages="e0193972",
                publication_date=PartialDate(2018),
                languages=("eng",),
                doi="10.1371/journal.pone.0193972",
            ),
            (
                'Jerrentrup, A., & Mueller, T. (2018). Teaching medicine with the help of "Dr. House". PloS One, '
                "13(3), Article e0193972. https://doi.org/10.1371/journal.pone.0193972"
            ),
        ),
    ],
)
def test_apa(record: Record, sample: str) -> None:
    assert cite(record, "apa") == sample


def test_apa_names_twenty_authors_and_of_more_the_first_nineteen_and_the_last() -> None:
    twenty = people(", ".join(f"Name{chr(97 + number)} A" for number in range(20)))
    assert cite(replace(CORTEX, authors=twenty), "apa").startswith("Namea, A., ")
    assert "Names, A., & Namet, A. (2002)" in cite(replace(CORTEX, authors=twenty), "apa")
    assert "Names, A., . . . Last, B. (2002)" in cite(
        replace(CORTEX, authors=(*twenty, Author("Last", "", "B"))), "apa"
    )


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author("Jenkins", "Farish A", "FA", "Jr"), "Jenkins, F. A., Jr."),
        (Author("Sartre", "Jean-Paul", "JP"), "Sartre, J.-P."),
        (Author("Ivanov", "Iurii A", "IuA"), "Ivanov, Iu. A."),
        (Author("Selvamani"), "Selvamani"),
        (Author("Doe", "Jane Mary"), "Doe, J. M."),
    ],
)
def test_names_in_apa(author: Author, name: str) -> None:
    assert cite(replace(CORTEX, authors=(author,)), "apa").startswith(f"{name} (2002)" if name.endswith(".") else name)


def test_authors_that_the_record_does_not_name_are_others() -> None:
    record = replace(CORTEX, authors=people("Rose ME"), authors_complete=False)
    assert cite(record, "vancouver").startswith("Rose ME, et al. ")
    assert cite(record, "ama").startswith("Rose ME, et al. ")
    assert cite(record, "apa").startswith("Rose, M. E., et al. (2002)")


def test_an_article_ahead_of_print() -> None:
    record = replace(
        TRANSPLANTS,
        volume="",
        issue="",
        pages="",
        publication_date=PartialDate(2023, 2, 23),
        electronic_date=PartialDate(2023, 2, 23),
        publication_status="aheadofprint",
    )
    assert cite(record, "vancouver").endswith(
        "N Engl J Med. 2023 Feb 23. doi: 10.1056/NEJMsb020632. Epub ahead of print. PMID: 12140307."
    )
    assert cite(record, "ama").endswith("N Engl J Med. Published online February 23, 2023. doi:10.1056/NEJMsb020632")
    assert cite(record, "apa").endswith(
        "(2023). Solid-organ transplantation in HIV-infected patients. The New England Journal of Medicine. Advance "
        "online publication. https://doi.org/10.1056/NEJMsb020632"
    )


def test_a_preprint() -> None:
    record = replace(
        TRANSPLANTS,
        journal=Journal("medRxiv : the preprint server for health sciences", medline_ta="medRxiv"),
        volume="",
        issue="",
        pages="",
        publication_date=PartialDate(2020, 8, 27),
        publication_types=("Journal Article", "Preprint"),
        pmcid="PMC1",
    )
    assert cite(record, "vancouver").endswith(
        "medRxiv [Preprint]. 2020 Aug 27. doi: 10.1056/NEJMsb020632. PMID: 12140307; PMCID: PMC1."
    )
    assert cite(record, "ama").endswith("medRxiv. Preprint posted online August 27, 2020. doi:10.1056/NEJMsb020632")
    assert cite(record, "apa").endswith(
        "(2020). Solid-organ transplantation in HIV-infected patients. medRxiv. https://doi.org/10.1056/NEJMsb020632"
    )


def test_a_chapter_that_is_kept_up_to_date_has_the_date_of_its_update() -> None:
    record = replace(
        CHAPTER,
        pages="",
        electronic_date=PartialDate(2006, 2, 15),
        revised_date=PartialDate(2024, 12, 19),
        book_accession="NBK1403",
    )
    assert (
        "solid tumors. 2006 Feb 15 [updated 2024 Dec 19]. In: Vogelstein B, Kinzler KW, editors. The genetic basis of "
        "human cancer. McGraw-Hill; 2002." in cite(record, "vancouver")
    )
    assert cite(record, "ama").endswith("McGraw-Hill; 2024. https://www.ncbi.nlm.nih.gov/books/NBK1403/")
    assert "Trent, J. M. (2024). Chromosome" in cite(record, "apa")


def test_a_retraction_without_a_notice_is_told_in_every_style() -> None:
    record = replace(CORTEX, publication_types=("Retracted Publication",))
    assert "40-6. Retracted publication. PMID" in cite(record, "vancouver")
    assert cite(record, "ama").endswith("40-46. Retracted.")
    assert cite(record, "apa").endswith("40–46. (Retracted)")


def test_a_question_keeps_its_mark() -> None:
    record = replace(CORTEX, title="Does it work?")
    assert all("Does it work? " in cite(record, style) for style in STYLES)


def test_real_records_are_told_in_one_line_with_what_they_have() -> None:
    for record in records():
        for style in STYLES:
            said = cite(record, style)
            assert said
            assert said == " ".join(said.split(" "))
            assert (str(record.year) in said or record.is_book) or record.year is None
            assert not record.retracted or "etract" in said
            assert record.title.rstrip(".] ") in said or not record.title


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_no_text_breaks_the_line(record: Record) -> None:
    assert all(len(cite(record, style).splitlines()) <= 1 for style in STYLES)
