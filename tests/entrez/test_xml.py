"""PubMed XML is read whole, in every shape that was found; what is not PubMed's is refused in one sentence."""

import gzip
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

import pubsearch.demo
from pubsearch.entrez.formats import open_source
from pubsearch.entrez.xml import Deleted, parse, parse_with_digests
from pubsearch.errors import FileError
from pubsearch.record import Markup, Record

WILD = Path(__file__).parents[1] / "data" / "pubmed_xml"
CORPUS = [*sorted(WILD.glob("*.xml.gz")), *sorted((Path(pubsearch.demo.__file__).parent / "records").glob("*.xml.gz"))]
MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def wild(part: str) -> list[Record | Deleted]:
    (path,) = WILD.glob(f"*{part}*")
    with open_source(path) as source:
        return list(parse(source, path.name))


def read(document: bytes) -> list[Record | Deleted]:
    return list(parse(io.BytesIO(document), "saved.xml"))


def article(inner: str = "", data: str = "", title: str = "A title.") -> bytes:
    return (
        f"<PubmedArticleSet {MATHML}><PubmedArticle><MedlineCitation><PMID Version='1'>12345678</PMID>"
        f"<Article><ArticleTitle>{title}</ArticleTitle>{inner}</Article></MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    ).encode()


def only(document: bytes) -> Record:
    (record,) = read(document)
    assert isinstance(record, Record)
    return record


def refusal(document: bytes) -> str:
    with pytest.raises(FileError) as refused:
        read(document)
    message = str(refused.value)
    assert "saved.xml" in message
    assert message.endswith(".")
    assert "\n" not in message
    return message


# What was found in the wild


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_no_file_raises_and_no_text_is_lost(path: Path) -> None:
    with open_source(path) as source:
        items = list(parse(source, path.name))
    records = [item for item in items if isinstance(item, Record)]
    root = etree.fromstring(gzip.decompress(path.read_bytes()), etree.XMLParser(load_dtd=False, huge_tree=True))
    for numerator, _ in root.iter("{http://www.w3.org/1998/Math/MathML}mfrac"):
        # the only one has several parts
        numerator.text, numerator[-1].tail, numerator.tail = f"({numerator.text}", f"{numerator[-1].tail})", "/"
    elements = list(root.xpath("//PubmedArticle | //PubmedBookArticle | //MedlineCitation[not(parent::PubmedArticle)]"))

    assert len(records) == len(elements)
    for record, element in zip(records, elements, strict=True):
        title = element.xpath("string(.//ArticleTitle)") or element.xpath("string(.//BookTitle)")
        assert record.title.split() == title.split()
        texts = [text.xpath("string()").split() for text in element.xpath(".//Abstract/AbstractText")]
        assert [section.text.split() for section in record.sections] == [text for text in texts if text]
        labels = element.xpath(".//Abstract/AbstractText[normalize-space()]/@Label[string()]")
        assert [section.label.split() for section in record.sections if section.label] == [s.split() for s in labels]
        others = [text.xpath("string()").split() for text in element.xpath(".//OtherAbstract/AbstractText")]
        assert [s.text.split() for other in record.other_abstracts for s in other.sections] == others
    deleted = [item.pmid for item in items if isinstance(item, Deleted)]
    assert deleted == [int(pmid) for pmid in root.xpath("//DeleteCitation/PMID/text()")]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_text_is_tidy_and_markup_exact(path: Path) -> None:
    with open_source(path) as source:
        for record in parse(source, path.name):
            if isinstance(record, Record):
                check_spans(record.title, record.title_markup)
                for section in record.sections:
                    check_spans(section.text, section.markup)


def check_spans(text: str, spans: tuple[Markup, ...]) -> None:
    assert text == text.strip(" \t\r\n")
    assert not any(space in text for space in ("\n", "\t", "\r", "  "))
    open_ends: list[int] = []
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        assert not open_ends or span.end <= open_ends[-1]
        open_ends.append(span.end)
    assert [span.start for span in spans] == sorted(span.start for span in spans)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_identifiers_are_the_records_own(path: Path) -> None:
    root = etree.fromstring(gzip.decompress(path.read_bytes()), etree.XMLParser(load_dtd=False, huge_tree=True))
    for cited in root.xpath("//ReferenceList"):
        cited.getparent().remove(cited)
    own = set(map(str, root.xpath("//ArticleId/text() | //ELocationID/text()")))
    with open_source(path) as source:
        for record in parse(source, path.name):
            if isinstance(record, Record):
                assert {record.doi, record.pmcid, record.pii, record.book_accession} - {""} <= own


def test_every_kind_of_root() -> None:
    citations = wild("medsamp2014")  # MedlineCitationSet
    assert (len(citations), citations[-1]) == (168, Deleted(23203896, version=1))
    assert len(wild("ncbi.utils")) == 100  # RAW_DATA
    assert len(wild("MedlineImporterTestBookArticleSet")) == 2
    assert len(wild("MedlineImporterTestArticleNoISSN")) == 1  # a bare PubmedArticle
    assert len(wild("MedlineImporterTestPubmedBook")) == 1  # a bare PubmedBookArticle
    assert len(wild("sr-project")) == 106  # after a byte order mark


def test_deletions_and_versions() -> None:
    items = wild("lib_data_test_pubmed_sample")
    assert [item.pmid for item in items if isinstance(item, Deleted)] == [30830050, 30830053, 30830055]
    versions = [(item.pmid, item.version) for item in items if isinstance(item, Record) and item.version > 1]
    assert versions == [(31383387, 3), (31383287, 2)]


def test_a_pmid_is_found_where_the_record_repeats_it() -> None:
    lorem = wild("Scicopia")  # one record without the element, one with an empty one
    assert len(lorem) == 15
    assert {item.pmid for item in lorem} == {121518513}
    attribute = wild("Practicum2__pubmed.xml")
    assert [item.pmid for item in attribute] == [1, 2, 3, 4, 5, 6, 21, 43, 439, 747, 748, 3276]
    assert isinstance(attribute[0], Record)
    assert attribute[0].title == "Formate assay in body fluids: application in methanol poisoning."


def test_up_to_2014_the_affiliation_stood_in_the_article() -> None:
    record = wild("samples_efetch.pubmed.xml")[0]
    assert isinstance(record, Record)
    assert record.authors[0].affiliations[0].startswith("Malaysia Genome Institute, UKM-MTDC Smart Technology Centre")
    assert not any(author.affiliations for author in record.authors[1:])


# What was not found in the wild


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("[Not Available].", "[Not Available]."),
        ("<mml:math><mml:msup><mml:mi>χ</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math> tests", "χ2 tests"),
        ("腰椎间盘突出症", "腰椎间盘突出症"),
        ("دراسة <i>الأسبرين</i> 100 mg", "دراسة الأسبرين 100 mg"),
        ("e\u0301tude", "e\u0301tude"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("P&lt;0.001 &#x3bc; &#233; &amp;amp;", "P<0.001 μ é &amp;"),
    ],
)
def test_titles(title: str, text: str) -> None:
    assert only(article(title=title)).title == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = declaration + article(title="Étude").decode()
    assert only(text.encode(encoding)).title == "Étude"


def test_the_doi_of_a_cited_paper_is_not_the_records() -> None:
    cited = (
        "<ArticleIdList><ArticleId IdType='pubmed'>12345678</ArticleId></ArticleIdList><ReferenceList><Reference>"
        "<Citation>Cited</Citation><ArticleIdList><ArticleId IdType='doi'>10.1/cited</ArticleId>"
        "<ArticleId IdType='pmc'>PMC1</ArticleId></ArticleIdList></Reference></ReferenceList>"
    )
    record = only(article(data=cited))
    assert (record.doi, record.pmcid) == ("", "")


@pytest.mark.parametrize(
    ("places", "doi"),
    [
        ("<ELocationID EIdType='doi' ValidYN='N'>10.1/no</ELocationID>", "10.1/list"),
        ("<ELocationID EIdType='doi' ValidYN='Y'>10.1/yes</ELocationID>", "10.1/yes"),
        ("<ELocationID EIdType='pii'>S1</ELocationID><ELocationID EIdType='doi'>10.1/old</ELocationID>", "10.1/old"),
        ("", "10.1/list"),
    ],
)
def test_which_doi(places: str, doi: str) -> None:
    listed = "<ArticleIdList><ArticleId IdType='doi'>10.1/list</ArticleId></ArticleIdList>"
    assert only(article(places, listed)).doi == doi


@pytest.mark.parametrize(
    ("pagination", "pages"),
    [
        ("<StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn>", "11-9"),
        ("<StartPage>11</StartPage><EndPage>19</EndPage>", "11-19"),
        ("<StartPage>e7</StartPage>", "e7"),
    ],
)
def test_pages(pagination: str, pages: str) -> None:
    assert only(article(f"<Pagination>{pagination}</Pagination>")).pages == pages


def test_the_history_tells_when_it_was_online_if_nothing_else_does() -> None:
    history = (
        "<History><PubMedPubDate PubStatus='epublish'><Year>2020</Year><Month>3</Month><Day>4</Day></PubMedPubDate>"
        "</History>"
    )
    assert str(only(article(data=history)).electronic_date) == "2020-03-04"
    dated = "<ArticleDate DateType='Electronic'><Year>2020</Year><Month>02</Month><Day>01</Day></ArticleDate>"
    assert str(only(article(dated, history)).electronic_date) == "2020-02-01"


def test_a_label_alone_is_no_abstract() -> None:
    record = only(article("<Abstract><AbstractText Label='METHODS'> </AbstractText><AbstractText/></Abstract>"))
    assert (record.sections, record.abstract) == ((), "")


@pytest.mark.parametrize("root", ["PubmedArticleSet", "PubmedBookArticleSet", "BookDocumentSet", "MedlineCitationSet"])
def test_an_empty_set_holds_nothing_and_is_no_error(root: str) -> None:
    assert read(f"<{root}></{root}>".encode()) == []


def test_bookshelf_sets() -> None:
    document = (
        b"<BookDocumentSet><BookDocument><PMID>7</PMID><Book><BookTitle>A book</BookTitle>"
        b"<ELocationID EIdType='doi'>10.1/book</ELocationID></Book></BookDocument>"
        b"<BookDocument><PMID>8</PMID><Book><BookTitle>A book</BookTitle>"
        b"<ELocationID EIdType='doi'>10.1/book</ELocationID></Book>"
        b"<ArticleTitle>A chapter</ArticleTitle></BookDocument>"
        b"<DeleteDocument><PMID>9</PMID></DeleteDocument></BookDocumentSet>"
    )
    book, chapter, deleted = read(document)
    assert isinstance(book, Record)
    assert isinstance(chapter, Record)
    assert (book.pmid, book.title, book.doi) == (7, "A book", "10.1/book")
    assert (chapter.pmid, chapter.title, chapter.doi, chapter.journal.title) == (8, "A chapter", "", "A book")
    assert deleted == Deleted(9)


# Several documents in one file

DECLARED = b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet SYSTEM "pubmed_250101.dtd">\n'


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\n",
        b" \r\n\n\t",
        DECLARED,
        b"\n" + DECLARED,
        b"\xef\xbb\xbf" + DECLARED,
        b"<!DOCTYPE PubmedArticleSet>",
        b"\n" * 200_000,
    ],
)
def test_documents_one_after_the_other(before: bytes) -> None:
    # The last ones straddle the pieces in which a file is read.
    sizes = (1, 10, *range(65_300, 65_560, 20), 200_000)
    items = read(b"".join(before + article(title="x" * size) for size in sizes) + b"\n<!-- the end -->\n")
    assert [len(item.title) for item in items if isinstance(item, Record)] == list(sizes)


def test_documents_of_every_kind_follow_each_other() -> None:
    contents = [gzip.decompress(path.read_bytes()) for path in sorted(WILD.glob("*.xml.gz"))]
    one_by_one = [item for content in contents for item in read(content)]
    assert read(b"".join(contents)) == one_by_one


def test_joined_gzip_members(tmp_path: Path) -> None:
    path = tmp_path / "joined.xml.gz"
    path.write_bytes(gzip.compress(DECLARED + article()) + gzip.compress(DECLARED + article(title="Second.")))
    with open_source(path) as source:
        first, second = parse(source, path.name)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.title, second.title) == ("A title.", "Second.")


def test_each_document_has_its_own_encoding() -> None:
    declaration = "<?xml version='1.0' encoding='iso-8859-1'?>"
    documents = [(declaration + article(title="Étude").decode()).encode("iso-8859-1"), article(title="Ärzte")]
    assert [item.title for item in read(b"".join(documents)) if isinstance(item, Record)] == ["Étude", "Ärzte"]


def test_an_end_tag_in_a_comment_ends_nothing() -> None:
    first = article().replace(b"<PubmedData>", b"<!-- </PubmedArticleSet> --><PubmedData>")
    assert len(read(first + article())) == 2


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (article().replace(b"</Article>", b"\n</a>"), "line 6: Opening and ending tag mismatch"),
        (article()[:100], "saved.xml, line 5: "),
        (article(title="\n\n&#0;"), "line 7: xmlParseCharRef: invalid"),
        (b"<PubmedArticleSet>\n\n<PubmedArticle/></PubmedArticleSet>", "line 7: a <PubmedArticle> without a PMID"),
        (
            b"<eFetchResult>\n<ERROR>x</ERROR></eFetchResult>",
            "from line 3 on, is not PubMed XML: it is a <eFetchResult>",
        ),
        (b"<html><body>Sign in</html>", "from line 3 on, is not PubMed XML: it is a web page (HTML)"),
    ],
)
def test_errors_name_the_line_of_the_file(second: bytes, reason: str) -> None:
    assert reason in refusal(article() + b"\n\n" + DECLARED + second)


def test_what_follows_a_document_and_is_none() -> None:
    assert "saved.xml, line 2: Extra content at the end of the document" in refusal(article() + b"\ncurl: (56) failure")


def test_a_document_that_was_cut_off_before_the_next() -> None:
    assert "saved.xml, line 1: " in refusal(article()[:-30] + DECLARED + article())


def test_lines_are_counted_beyond_65535() -> None:
    lines = b"<PubmedArticleSet>" + b"\n" * 70_000
    assert "line 140001: Opening and ending" in refusal(lines + b"</PubmedArticleSet>" + lines + b"<a></b>")


# Digests


def digests(document: bytes) -> list[str]:
    return [digest for _, digest in parse_with_digests(io.BytesIO(document), "saved.xml")]


def test_a_digest_stands_beside_each_record() -> None:
    document = article(title="<i>E. coli</i> in water")
    element = (
        b'<PubmedArticle><MedlineCitation><PMID Version="1">12345678</PMID><Article><ArticleTitle><i>E. coli</i> in '
    )
    element += b"water</ArticleTitle></Article></MedlineCitation><PubmedData></PubmedData></PubmedArticle>"
    assert digests(document) == [hashlib.blake2b(element, digest_size=16).hexdigest()]
    assert [item for item, _ in parse_with_digests(io.BytesIO(document), "saved.xml")] == read(document)


def test_a_deletion_has_no_digest() -> None:
    deletions = b"<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation></PubmedArticleSet>"
    assert digests(article().removesuffix(b"</PubmedArticleSet>") + deletions)[1:] == ["", ""]


def test_a_digest_is_of_the_record_and_not_of_the_file_around_it() -> None:
    (digest,) = digests(article(title="Étude"))
    neighbours = article(title="Étude").replace(b"</PubmedArticle>", b"</PubmedArticle>\n\n")
    respelled = article(title="&#xc9;tude").replace(b"Version='1'", b'  Version="1" ')
    latin = b"<?xml version='1.0' encoding='iso-8859-1'?>" + article(title="Étude").decode().encode("iso-8859-1")
    undeclared = article(title="Étude").replace(f" {MATHML}".encode(), b"")
    assert digests(neighbours + respelled + latin + undeclared) == [digest] * 4


def test_any_revision_changes_the_digest() -> None:
    cited = "<ReferenceList><Reference><Citation>Cited</Citation></Reference></ReferenceList>"
    revised = [article(), article(title="A title!"), article(data=cited), article().replace(b"'1'", b"'2'")]
    assert len(set(digests(b"".join(revised)))) == 4


def test_a_record_without_a_canonical_form_is_refused() -> None:
    relative = article(title="<x:i>E. coli</x:i>").replace(b"<Article>", b"<Article xmlns:x='relative'>")
    with pytest.raises(FileError, match=r"^saved\.xml has a record that cannot be brought to canonical XML"):
        digests(relative)


# What is refused


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "saved.xml is empty"),
        (b" \n ", "saved.xml is empty"),
        (b"\xef\xbb\xbf", "saved.xml is empty"),
        (b'<?xml version="1.0"?>\n', "it begins with '<?xml version"),
        (b"<!DOCTYPE html><html><body><p>Sign in<br></body></html>", "a web page (HTML)"),
        (b"<html><body/></html>", "a web page (HTML)"),
        (b"<eFetchResult><ERROR>Cannot retrieve</ERROR></eFetchResult>", "a <eFetchResult> document without any"),
        (b"PMID- 12345678\n", "it begins with 'PMID- 12345678"),
        (b'{"error": "API rate limit exceeded"}', 'it begins with \'{"error"'),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not PubMed XML"),
        (bytes(range(256)) * 40, "is not PubMed XML"),
        (
            b"<PubmedArticleSet>\n<PubmedArticle>\n</PubmedArticle></PubmedArticleSet>",
            "line 2: a <PubmedArticle> without",
        ),
        (b"<PubmedArticleSet>\n<a>\n</b></PubmedArticleSet>", "saved.xml, line 3: Opening and ending tag mismatch"),
        (b"<PubmedArticleSet>\n\xff</PubmedArticleSet>", "saved.xml, line 2: Invalid bytes in character encoding"),
        (article(title="M&uuml;ller"), "saved.xml, line 1: Entity 'uuml' not defined"),
        # libxml2 ends a document there without an error; what follows is not to pass for another document
        (article(title="M&uuml;ller") + b" " * 200_000 + article(), "saved.xml, line 1: Entity 'uuml' not defined"),
        (b"<!DOCTYPE a SYSTEM 'a.dtd'>" + article(title="M&uuml;ller"), "an XML entity of its own (&uuml;)"),
    ],
)
def test_what_is_not_pubmeds_is_named(document: bytes, reason: str) -> None:
    assert reason in refusal(document)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_document_that_was_cut_off(share: float) -> None:
    document = gzip.decompress(next(WILD.glob("*CyTyDS*")).read_bytes())
    message = refusal(document[: int(len(document) * share)])
    assert message.startswith("saved.xml, line ")
    assert message.endswith("nothing of it was taken: get the file again.")


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    external = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    assert "(&x;)" in refusal(external + article(title="&x;"))

    nested = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    bomb = f'<!DOCTYPE PubmedArticleSet [<!ENTITY l0 "lol">{nested}]>'.encode()
    assert len(refusal(bomb + article(title="&l9;"))) < 300
    assert len(refusal(bomb + article("<Abstract><AbstractText Label='&l9;'>x</AbstractText></Abstract>"))) < 300


def test_absurd_depth_is_refused() -> None:
    assert "depth" in refusal(article(title="<i>" * 5000 + "x" + "</i>" * 5000))


# How it reads


class Endless(io.RawIOBase):
    """A set whose records never stop; it counts what was read of it."""

    def __init__(self) -> None:
        self.taken = 0
        self.chunks = self.make()

    def make(self) -> Iterator[bytes]:
        record = article(title="x" * 500).removeprefix(f"<PubmedArticleSet {MATHML}>".encode())
        yield f"<PubmedArticleSet {MATHML}>".encode()
        while True:
            yield record.removesuffix(b"</PubmedArticleSet>") * 50

    def read(self, _size: int = -1) -> bytes:
        chunk = next(self.chunks)
        self.taken += len(chunk)
        return chunk


def test_records_come_while_the_file_is_read() -> None:
    source = Endless()
    records = parse(source, "endless.xml")  # type: ignore[arg-type]
    for _ in range(2000):
        assert isinstance(next(records), Record)
    assert source.taken < 3_000_000
