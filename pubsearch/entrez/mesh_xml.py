"""MeSH descriptors as XML → Descriptor, streaming.

A file is a `DescriptorRecordSet` of some 31,000 `DescriptorRecord`s, 300 MB in all
(https://www.nlm.nih.gov/mesh/xml_data_elements.html). No DTD is read and no entity is expanded.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from pubsearch.descriptor import Descriptor
from pubsearch.errors import FileError

ROOT = "DescriptorRecordSet"

_DAMAGE = "nothing of it was taken: get the file again"
# the second until 2025, the first since
_SINCE = ("DateIntroduced/Year", "DateEstablished/Year")


def descriptors(pieces: Iterable[bytes], name: str) -> Iterator[Descriptor]:
    """The descriptors of the XML that `pieces` make up; `name` stands in errors.

    Raises:
        FileError: the XML breaks off or is damaged, or has no descriptor.
    """
    parser = etree.XMLPullParser(
        ("end",), tag="DescriptorRecord", load_dtd=False, no_network=True, resolve_entities=False
    )
    found = False
    try:
        for piece in pieces:
            parser.feed(piece)
            # an undefined entity ends the document without an exception (lxml 6.1)
            if fatal := parser.feed_error_log.filter_from_fatals():
                raise etree.XMLSyntaxError(fatal[0].message, 0, fatal[0].line, fatal[0].column)
            for _, element in parser.read_events():
                found = True
                yield _descriptor(element, name)
                element.clear(keep_tail=True)
                while element.getprevious() is not None:
                    del element.getparent()[0]
        parser.close()
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())[:200]
        raise FileError(f"{name}: {reason}; {_DAMAGE}.") from error
    if not found:
        raise FileError(f"{name} has no MeSH descriptor in it: get the file again.")


def _descriptor(element: etree._Element, name: str) -> Descriptor:
    if (heading := _text(element, "DescriptorName/String")) is None or next(
        element.iter(etree.Entity), None
    ) is not None:
        raise FileError(
            f"{name}, line {element.sourceline}: a descriptor without a name, or with an XML entity in it; {_DAMAGE}."
        )
    return Descriptor(
        name=heading,
        terms=_texts(element, "ConceptList/Concept/TermList/Term/String"),
        tree_numbers=_texts(element, "TreeNumberList/TreeNumber"),
        actions=_texts(
            element, "PharmacologicalActionList/PharmacologicalAction/DescriptorReferredTo/DescriptorName/String"
        ),
        year=next((int(year) for path in _SINCE if (year := _text(element, path)) and year.isdecimal()), 0),
    )


def _text(element: etree._Element, path: str) -> str | None:
    return next(iter(_texts(element, path)), None)


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(text for found in element.iterfind(path) if (text := (found.text or "").strip()))
