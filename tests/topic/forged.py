"""Bundles as somebody else might make them: sealed, hashed, and not what pubsearch writes."""

import contextlib
import dataclasses
import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

from pubsearch.topic import bundle, manifest, sealed
from pubsearch.topic.manifest import FileHash


def tar_of(path: Path) -> bytes:
    """The tar within a bundle."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes())


def files_of(path: Path) -> dict[str, bytes]:
    """The files within a bundle, without bundle.json."""
    with tarfile.open(fileobj=io.BytesIO(tar_of(path))) as tar:
        found = {info.name: tar.extractfile(info) for info in tar.getmembers()}
    return {name: file.read() for name, file in found.items() if file is not None and name != bundle.HEAD}


def head_of(path: Path) -> dict[str, Any]:
    """What bundle.json says, without the files."""
    head = tar_of(path)[bundle.BLOCK :].split(b"\0")[0]
    return {key: value for key, value in json.loads(head).items() if key != "members"}


def seal(content: bytes) -> bytes:
    """A bundle of any compressed content."""
    return content + bundle.seal(hashlib.sha256(content).digest())


def compress(tar: bytes) -> bytes:
    """A bundle of any tar."""
    return seal(zstandard.compress(tar))


def member(name: str, content: bytes, *, size: int | None = None) -> dict[str, Any]:
    """How bundle.json tells of a file."""
    return {"path": name, "size": len(content) if size is None else size, "sha256": hashlib.sha256(content).hexdigest()}


def block(name: str, content: bytes) -> bytes:
    """A file in a tar."""
    return bundle.tar_header(name, len(content)) + content + bundle.padding(len(content))


def tar(head: Mapping[str, Any], files: Sequence[tuple[str, bytes]]) -> bytes:
    """A tar of these files, in their order, all announced."""
    announced = {**head, "members": [member(name, content) for name, content in files]}
    blocks = [block(bundle.HEAD, json.dumps(announced).encode()), *(block(*file) for file in files)]
    return b"".join(blocks) + bundle.TAR_END


def version(files: Mapping[str, bytes], **changes: Any) -> dict[str, bytes]:
    """The files with a manifest that agrees with those of the version, with some of its fields changed."""
    path = next(name for name in files if name.endswith("/manifest.json"))
    folder = path.removesuffix("manifest.json")
    hashes = {
        name.removeprefix(folder): FileHash(hashlib.sha256(content).hexdigest(), len(content))
        for name, content in files.items()
        if name.startswith(folder) and name != path
    }
    made = json.loads(files[path])
    del made["seal"]
    with contextlib.suppress(sqlite3.DatabaseError):
        made["content"] = manifest.content(_records(files[f"{folder}catalogue.sqlite"]), hashes)
    made["files"] = {name: dataclasses.asdict(file) for name, file in hashes.items()}
    return {**files, path: sealed.seal_json(json.dumps({**made, **changes}, indent=2).encode())}


def _records(catalogue: bytes) -> list[bytes]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(catalogue)
        return [hashlib.sha256(row).digest() for (row,) in connection.execute("SELECT json FROM record ORDER BY row")]
