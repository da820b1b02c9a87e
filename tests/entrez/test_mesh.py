"""NLM's files of MeSH descriptors: two formats, one content, and what is refused."""

import io
from pathlib import Path

import pytest

from pubsearch.descriptor import Descriptor
from pubsearch.entrez import mesh
from pubsearch.errors import FileError
from tests.conftest import DATA

XML = (DATA / "mesh" / "desc2021.xml").read_bytes()
ASCII = (DATA / "mesh" / "d2021.bin").read_bytes()


def read(content: bytes, name: str = "desc.xml") -> list[Descriptor]:
    return list(mesh.descriptors(io.BytesIO(content), name))


def test_both_formats_say_the_same() -> None:
    def key(each: Descriptor) -> tuple[object, ...]:
        # XML lists a heading among its own terms
        return each.name, {*each.terms} - {each.name}, each.tree_numbers, each.actions, each.year

    assert len(read(XML)) == 67
    assert list(map(key, read(XML))) == list(map(key, read(ASCII)))


def test_every_part_of_a_descriptor_is_read() -> None:
    aspirin = next(each for each in read(XML) if each.name == "Aspirin")
    assert aspirin == Descriptor(
        name="Aspirin",
        terms=("Aspirin", "Acetylsalicylic Acid", "Acid, Acetylsalicylic"),
        tree_numbers=("D02.455.426.559.389.657.410.595.176",),
        actions=("Fibrinolytic Agents", "Platelet Aggregation Inhibitors"),
        year=1965,
    )


def test_the_year_is_read_in_the_format_of_2026_too() -> None:
    assert read(XML.replace(b"DateEstablished", b"DateIntroduced")) == read(XML)


@pytest.mark.parametrize("content", [XML, ASCII])
def test_letters_beyond_ascii_are_kept(content: bytes) -> None:
    assert read(content.replace(b"Aspirin", "Aspiriné»".encode()))[-6].name == "Aspiriné»"


@pytest.mark.parametrize("content", [XML, ASCII])
def test_line_ends_and_a_byte_order_mark_do_not_matter(content: bytes) -> None:
    assert read(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")) == read(content)


def test_a_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "desc.xml"
    path.write_bytes(XML.replace(b"</DescriptorRecordSet>", b"<DescriptorRecord>" + b" " * 1_000_000))
    with path.open("rb") as source:
        first = next(mesh.descriptors(source, path.name))
        assert source.tell() < 500_000
    assert first.name == "Cardiovascular Diseases"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "desc.xml is empty"),
        (b" \n", "desc.xml is empty"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", r"a web page \(HTML\)"),
        (b"<?xml version='1.0'?><QualifierRecordSet/>", "holds MeSH's qualifiers"),
        (b"<?xml version='1.0'?><SupplementalRecordSet/>", "holds MeSH's supplementary concepts"),
        (b"<rss></rss>", "begins with '<rss></rss>'"),
        (b"PK\x03\x04", r"begins with 'PK\\x03\\x04'"),
        (b"D000001\tCalcimycin", "instead of MeSH descriptors"),
        (XML[: len(XML) // 2], "desc.xml: .*nothing of it was taken"),
        (XML.replace(b"</DescriptorRecordSet>", b""), "nothing of it was taken"),
        (XML.replace(b"Aspirin", b"Asp\xffrin"), "nothing of it was taken"),
        (XML.replace(b">Aspirin<", b">&aspirin;<"), "nothing of it was taken"),
        (b"<DescriptorRecordSet></DescriptorRecordSet>", "no MeSH descriptor in it"),
        (b"<DescriptorRecordSet><DescriptorRecord/></DescriptorRecordSet>", "line 1: a descriptor without a name"),
        (b"*NEWRECORD", "line 1: a record that is no descriptor"),
        (ASCII.replace(b"RECTYPE = D", b"RECTYPE = Q"), "line 1: .*not q2026.bin"),
        (ASCII[: ASCII.rindex(b"UI = ")], "a record that breaks off"),
        (ASCII.replace(b"MH = Aspirin", b"MH = Asp\xffrin"), "line [0-9]+: its letters are not UTF-8"),
        (ASCII.replace(b"MH = Aspirin\n", b""), "a record that breaks off"),
    ],
)
def test_what_is_no_whole_file_of_descriptors_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(FileError, match=said):
        read(content)


def test_an_entity_is_not_expanded_and_not_passed_over() -> None:
    declared = b'[<!ENTITY a "aaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;"> <!ENTITY c SYSTEM "file:///etc/passwd">]>'
    start, _, rest = XML.partition(b">\n<DescriptorRecordSet")
    for entity in (b"&b;", b"&c;"):
        bomb = start + declared + b"\n<DescriptorRecordSet" + rest.replace(b">Aspirin<", b">" + entity + b"<")
        with pytest.raises(FileError, match="entity"):
            read(bomb)
