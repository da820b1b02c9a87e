"""Records as a file, for any list of them; nothing is read or written before the reader asks for the file."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

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


def file_name(of: str, number: int, form: export.Format[Any], today: date) -> str:
    """The name of the file, which tells whose records it holds, how many and of which day."""
    extension = "zip" if _zipped(number) else form.extension
    return f"pubsearch-{of}-{number}-records-{today.isoformat()}.{extension}"


def _zipped(number: int) -> bool:
    return number > ZIPPED_FROM


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
    chosen = wanted[place]
    written: list[tuple[str, Exported]] = st.session_state.setdefault(f"{key}-written", [])
    name = file_name(chosen.topic, chosen.number, form, journal.now().date())
    st.html(render.render_note(*_before(chosen, form, name), kind="small"))
    st.download_button(
        f"Download {chosen.number:,} record{'s' * (chosen.number != 1)}",
        data=lambda: _download(form, chosen, name, written),
        file_name=name,
        type="primary",
        disabled=not chosen.number,
        key=f"{key}-download",
        # a run of the page would take the file away from the click that asks for it
        on_click="ignore",
    )
    _said(written)


def _before(chosen: Wanted, form: export.Format[Any], name: str) -> Iterator[str]:
    number = chosen.number
    yield f"{number:,} record{'s' * (number != 1)} will be written to {name}."
    if _zipped(number) and form.limit:
        limit = form.limit
        yield f"{limit.reader} takes at most {limit.records:,} records and {limit.bytes // 1_000_000} MB in one file: "
        "the download is a zip of files that it takes."


def _download(form: export.Format[Any], chosen: Wanted, name: str, written: list[tuple[str, Exported]]) -> bytes:
    content, exported = made(form, chosen.parts(), zipped=_zipped(chosen.number))
    written[:] = [(name, exported)]
    return content


def _said(written: list[tuple[str, Exported]]) -> None:
    """What the last download wrote, and what it left out. It is told when the menu is drawn the next time: to look
    again and again would have Streamlit drop a file that a slow browser has not fetched yet."""
    for name, exported in written:
        said = f"{exported.records:,} record{'s' * (exported.records != 1)} written to {name}."
        st.html(render.render_note(said, *exported.notices, kind="small"))
