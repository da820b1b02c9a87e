"""Records as a file, for any list of them; nothing is read or written before the reader opens the menu."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from pubsearch.byline import records
from pubsearch.errors import PubsearchError
from pubsearch.record import Record
from pubsearch.search import export
from pubsearch.search.export import Exported
from pubsearch.topic import journal
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.library import Library
from pubsearch.topic.raw import received
from pubsearch.ui import render
from pubsearch.ui.labels import label

FORMS: dict[str, export.Format[Any]] = {**export.FORMATS, export.RECEIVED_XML.name: export.RECEIVED_XML}
NAMES = {
    "ris": "RIS (Zotero, EndNote, Covidence)",
    "nbib": "NBIB (PubMed, Covidence)",
    "bibtex": "BibTeX",
    "csv": "CSV (spreadsheet)",
    "jsonl": "JSON Lines (programs)",
    "xml": "XML as PubMed sent it",
}
# More are packed as files that each keep the format's limit: 10 kB is a long record.
ZIPPED_FROM = 5_000
# As many are read and written in 0.2 s, and need not be asked for.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """Records of one topic: their PMIDs, and the records, read as they are asked for."""

    topic: str
    pmids: Sequence[int]
    records: Iterable[Record]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that can be taken away: what it is called, whose it is (the topic, where there is one), how many records
    it has, and where they come from."""

    name: str
    topic: str
    number: int
    parts: Callable[[], Iterable[Part]]


@st.fragment
def popover(wanted: Sequence[Wanted], key: str = "export") -> None:
    """A button that opens a choice of records and format, and the download."""
    menu = st.popover("Export", icon=":material/download:", type="tertiary", on_change="rerun", key=key)
    if menu.open:
        with menu:
            _menu(wanted, key)


def made(form: export.Format[Any], parts: Iterable[Part], *, zipped: bool) -> tuple[bytes, Exported]:
    """The file, and what is in it.

    Raises:
        StorageError: a file of records is missing or damaged, or the disk is full.
    """
    items = _items(form, parts)
    if not zipped:
        target = io.BytesIO()
        exported = export.write(form, items, target)
        return target.getvalue(), exported
    with tempfile.TemporaryDirectory() as folder:
        exported = export.to_files(form, items, Path(folder) / f"pubsearch.{form.extension}")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in exported.files:
                archive.write(file, file.name)
        return target.getvalue(), exported


def file_name(of: str, number: int, extension: str, today: date) -> str:
    """The name of the file, which tells whose records it holds, how many and of which day."""
    return f"pubsearch-{of}-{number}-records-{today.isoformat()}.{extension}"


def extension_of(number: int, form: export.Format[Any]) -> str:
    """That of the file which is made where so many records are wanted."""
    return "zip" if number > ZIPPED_FROM else form.extension


def _items(form: export.Format[Any], parts: Iterable[Part]) -> Iterator[Any]:
    for part in parts:
        if form is export.RECEIVED_XML:
            yield from received(Library().topic(part.topic).folder / RECORDS, part.pmids)
        else:
            yield from part.records


def _menu(wanted: Sequence[Wanted], key: str) -> None:
    place = 0
    if len(wanted) > 1:
        place = st.radio(
            "Records",
            range(len(wanted)),
            format_func=lambda place: label(f"{wanted[place].name} ({wanted[place].number:,})"),
            key=f"{key}-which",
        )
    form = FORMS[st.radio("Format", list(FORMS), format_func=NAMES.__getitem__, key=f"{key}-format")]
    _file(wanted[place], form, key)


def _file(chosen: Wanted, form: export.Format[Any], key: str) -> None:
    """What will be in the file, then the file. It is made before it is asked for: Streamlit drops the address of one
    that it is to make later with every run of the page, and a click in the meantime is lost."""
    number = chosen.number
    extension = extension_of(number, form)
    if not 0 < number <= AT_ONCE:
        st.html(render.render_note(*_before(number, form, extension), kind="small"))
        if not st.button(f"Make the file of {records(number)}", key=f"{key}-make", disabled=not number):
            return
    try:
        with st.spinner("The file is being made…"):
            content, exported = made(form, chosen.parts(), zipped=extension == "zip")
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
        return
    # of those that are wanted, some may not be had: the name tells what is in the file
    name = file_name(chosen.topic, exported.records, extension, journal.now().date())
    st.download_button(
        f"Download {records(exported.records)}",
        data=content,
        file_name=name,
        type="primary",
        key=f"{key}-download",
        on_click="ignore",
    )
    said = f"{records(exported.records)} written to {name}."
    st.html(render.render_note(said, *exported.notices, kind="small"))


def _before(number: int, form: export.Format[Any], extension: str) -> Iterator[str]:
    yield f"{records(number)} will be written to a .{extension} file."
    if extension == "zip" and form.limit:
        limit = form.limit
        takes = f"{limit.records:,} records and {limit.bytes // 1_000_000} MB"
        yield f"{limit.reader} takes at most {takes} in one file: the download is a zip of files that it takes."
