"""A file is read by what it holds, whatever its name; what holds no records is named, and what to do is said."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from pubsearch.entrez.formats import extension, open_source, parse, parse_with_digests
from pubsearch.errors import FileError

ARTICLE = b"<PubmedArticle><MedlineCitation><PMID Version='1'>1</PMID></MedlineCitation></PubmedArticle>"
XML = b"<?xml version='1.0'?>\n<PubmedArticleSet>" + ARTICLE + b"</PubmedArticleSet>\n"
NBIB = b"\nPMID- 2\nOWN - NLM\nTI  - A title.\n\n"


def pmids(content: bytes) -> list[int]:
    return [item.pmid for item in parse(io.BytesIO(content), "saved")]


def refusal(content: bytes) -> str:
    with pytest.raises(FileError) as refused:
        pmids(content)
    message = str(refused.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n\n"])
def test_the_first_bytes_tell_the_format(before: bytes) -> None:
    assert (pmids(before + XML), extension(before + XML, "saved")) == ([1], "xml")
    assert (pmids(before + NBIB), extension(before + NBIB, "saved")) == ([2], "nbib")


def test_nothing_is_lost_of_a_file_longer_than_what_is_looked_at() -> None:
    articles = [ARTICLE.replace(b">1<", b">%d<" % number) for number in range(1, 5000)]
    assert pmids(b"<PubmedArticleSet>" + b"".join(articles) + b"</PubmedArticleSet>") == list(range(1, 5000))
    assert pmids(b"".join(b"PMID- %d\nTI  - A title.\n\n" % number for number in range(1, 9000))) == list(
        range(1, 9000)
    )


@pytest.mark.parametrize("content", [XML, NBIB])
def test_a_digest_stands_beside_each_record(content: bytes) -> None:
    ((item, digest),) = parse_with_digests(io.BytesIO(content), "saved")
    assert [item] == list(parse(io.BytesIO(content), "saved"))
    assert len(bytes.fromhex(digest)) == 16


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_in_utf_16(encoding: str) -> None:
    content = XML.replace(b"'1.0'", b"'1.0' encoding='utf-16'", 1).decode().encode(encoding)
    assert (pmids(content), extension(content, "saved")) == ([1], "xml")


def packed(kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("saved.xml", XML)
    else:
        with tarfile.open(fileobj=target, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("saved.xml"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
        (packed("zip"), "a ZIP archive"),
        (packed("tar"), "a tar archive"),
        (gzip.compress(XML), "gzip inside gzip"),
        (bz2.compress(XML), "a compressed file"),
        (lzma.compress(XML), "a compressed file"),
        (b'{"error":"API rate limit exceeded","count":"4"}', "JSON"),
        (b'\n[{"pmid": 1}]', "JSON"),
        (b"\xef\xbb\xbfPMID,Title,Authors,Citation,First Author\r\n1,", "PubMed's CSV table, which has no abstracts"),
        (b"12345678\n23456789\n", "a list of numbers"),
        (b"12345678", "a list of numbers"),
        (b"1. Biochem Med. 1975 Jun;13(2):117-26.\n\nFormate assay", "PubMed's summary or abstract as text"),
        (b"1: Makar AB, McMartin KE, Palese M, Tephly TR.", "PubMed's summary or abstract as text"),
        (b"TY  - JOUR\nAU  - Makar, A. B.\n", "RIS"),
        (b"%0 Journal Article\n%A Makar", "an EndNote export"),
        (b"@article{makar1975,\n", "BibTeX"),
        (b"Dear colleague,", "begins with 'Dear colleague,'"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "begins with "),
    ],
)
def test_what_is_neither_is_named(content: bytes, found: str) -> None:
    message = refusal(content)
    assert message.startswith(f"saved is neither PubMed XML nor MEDLINE text, but {found}")
    assert message.endswith(
        (
            ': save it from PubMed with the format "PubMed", or get it as XML with efetch.',
            ": unpack it first.",
            ": ask for these PMIDs as a query (1234[uid] OR 5678[uid]).",
        )
    )
    with pytest.raises(FileError, match=r"^saved is neither "):
        extension(content, "saved")


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html><body><p>Sign in<br></body></html>", b"<html><body/></html>"]
)
def test_a_web_page_is_named(content: bytes) -> None:
    assert refusal(content).startswith("saved is not PubMed XML: it is a web page (HTML)")


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal(content) == "saved is empty: nothing of it was taken: get the file again."


def test_gzip_is_known_by_its_bytes_and_damage_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(XML, mtime=0)
    path = tmp_path / "no-suffix"
    path.write_bytes(packed)
    with open_source(path) as source:
        assert len(list(parse(source, path.name))) == 1
    plain = tmp_path / "plain.xml.gz"
    plain.write_bytes(XML)
    with open_source(plain) as source:
        assert len(list(parse(source, plain.name))) == 1

    wrong_sum = packed[:-8] + bytes(8)
    garbled = packed[:30] + bytes(byte ^ 0xFF for byte in packed[30:])
    for damaged in (packed[: len(packed) // 2], packed[:-4], packed[:5], wrong_sum, garbled, packed + b"trailing"):
        path.write_bytes(damaged)
        with open_source(path) as source, pytest.raises(FileError, match=r"^no-suffix .*get the file again\.$"):
            list(parse(source, path.name))


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file or directory"):
        open_source(tmp_path / "missing.xml")
    with pytest.raises(FileError, match="Is a directory"):
        open_source(tmp_path)
