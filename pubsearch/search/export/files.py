"""Records into files or a stream, one at a time: memory does not grow with their number."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Generic

from pubsearch import durable
from pubsearch.errors import UserError
from pubsearch.search.export.format import Format, Item, Limit

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export: its files (none for a stream), how many records were written, the PMIDs that were left
    out, and what the user is to be told. `records` and `left_out` together are all that was asked for."""

    files: tuple[Path, ...]
    records: int
    left_out: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()


def write(form: Format[Item], items: Iterable[Item], target: BinaryIO) -> Exported:
    """Writes all of `items` to `target`, in their order; it is never split."""
    pieces, size = _Pieces(form, items), len(form.head) + len(form.tail)
    target.write(form.head)
    for piece in pieces:
        target.write(piece)
        size += len(piece)
    target.write(form.tail)
    notices = list(pieces.notices())
    if form.limit and (pieces.written > form.limit.records or size > form.limit.bytes):
        notices.append(f"{_takes(form.limit)}: name a file to have more than one written.")
    return Exported((), pieces.written, tuple(pieces.left_out), tuple(notices))


def to_files(form: Format[Item], items: Iterable[Item], path: Path) -> Exported:
    """Writes all of `items` to `path`, in their order; past the format's limit to `name-1.ris`, `name-2.ris` … instead.

    All files appear when all are whole, or none does.

    Raises:
        UserError: `path` is a folder or a device.
        StorageError: the disk is full, or the folder is absent or may not be written.
    """
    with durable.storage_errors(path):
        taken = path.exists() and not path.is_file()
    if taken:
        raise UserError(f"{path} is no file, and an export cannot take its place: name a file, such as found.ris.")
    pieces, files, records = _Pieces(form, items), [path], 0
    with ExitStack() as stack:
        file = stack.enter_context(durable.replacing(path))
        file.write(form.head)
        for piece in pieces:
            if form.limit and records and _is_full(form, records + 1, file.tell() + len(piece)):
                file.write(form.tail)
                files.append(_numbered(path, len(files) + 1))
                file, records = stack.enter_context(durable.replacing(files[-1])), 0
                file.write(form.head)
            file.write(piece)
            records += 1
        file.write(form.tail)
    notices = list(pieces.notices())
    if form.limit and len(files) > 1:
        files[0] = _numbered(path, 1)
        with durable.storage_errors(path):
            path.rename(files[0])
            durable.sync_folder(path.parent)
        notices.append(f"{_takes(form.limit)}: there are {len(files)}, {files[0].name} to {files[-1].name}.")
    return Exported(tuple(files), pieces.written, tuple(pieces.left_out), tuple(notices))


@dataclass(slots=True)
class _Pieces(Generic[Item]):
    """Each record as bytes, counted on its way."""

    form: Format[Item]
    items: Iterable[Item]
    written: int = 0
    left_out: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        for item in self.items:
            piece = self.form.render(item)
            if piece is None:
                self.left_out.append(item.pmid)
            else:
                self.written += 1
                yield piece

    def notices(self) -> Iterator[str]:
        if number := len(self.left_out):
            more = ", …" if number > _NAMED else ""
            named = ", ".join(map(str, self.left_out[:_NAMED]))
            yield f"{number:,} of {number + self.written:,} left out, {self.form.left_out}: PMID {named}{more}."


def _is_full(form: Format[Item], records: int, size: int) -> bool:
    return form.limit is not None and (records > form.limit.records or size + len(form.tail) > form.limit.bytes)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def _takes(limit: Limit) -> str:
    return f"{limit.reader} takes at most {limit.records:,} records and {limit.bytes // 1_000_000} MB in one file"
