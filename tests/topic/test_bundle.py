"""A bundle is one file that ordinary tools read, the same for the same topic, and only ever of what is whole."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pubsearch.errors import StoppedError, StorageError, UserError, VersionError
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests.topic import forged


def test_the_same_topic_gives_the_same_bytes(hearts: Topic, tmp_path: Path) -> None:
    for name in ("one", "two"):
        hearts.bundle(tmp_path / name, records=True)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_any_tool_for_zstd_and_tar_reads_a_bundle(hearts: Topic, tmp_path: Path) -> None:
    head = hearts.bundle(tmp_path / "b")
    with tarfile.open(fileobj=io.BytesIO(forged.tar_of(tmp_path / "b"))) as tar:
        assert tar.getnames() == ["bundle.json", *(member.path for member in head.members)]
        for info in tar.getmembers()[1:]:
            file = tar.extractfile(info)
            assert file is not None
            if info.name != "topic.toml":
                assert file.read() == (hearts.folder / info.name).read_bytes()


def test_records_and_model_are_in_it_where_they_are_asked_for(hearts: Topic, tmp_path: Path) -> None:
    def kinds(**wanted: bool) -> set[str]:
        return {member.path.split("/")[0] for member in hearts.bundle(tmp_path / "b", **wanted).members}

    assert kinds() == {"topic.toml", "runs", "versions"}
    assert kinds(records=True) == {"topic.toml", "runs", "versions", "records"}
    assert kinds(model=True) == {"topic.toml", "runs", "versions", "model"}


def test_where_a_model_lies_here_is_not_told(hearts: Topic, tmp_path: Path) -> None:
    hearts.bundle(tmp_path / "b", records=True, model=True)
    assert Path(hearts.about.model).is_absolute()
    found = {name: content for name, content in forged.files_of(tmp_path / "b").items() if name != "topic.toml"}
    assert b'model = "our-model"' in forged.files_of(tmp_path / "b")["topic.toml"]
    assert not [name for name, content in found.items() if hearts.about.model.encode() in content]


def test_what_a_models_folder_links_to_is_put_in_too(hearts: Topic, origin: Path, tmp_path: Path) -> None:
    pooling, elsewhere = origin / "our-model" / "1_SpladePooling", tmp_path / "elsewhere"
    pooling.rename(elsewhere)
    pooling.symlink_to(elsewhere)
    try:
        found = hearts.bundle(tmp_path / "b", model=True).members
    finally:
        pooling.unlink()
        elsewhere.rename(pooling)
    assert "model/1_SpladePooling/config.json" in {member.path for member in found}


def test_what_is_not_served_cannot_be_handed_on(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="serves nothing yet: run pubsearch build t"):
        library.create("t", "q", model="bundled").bundle(tmp_path / "b")


def test_a_damaged_version_is_not_handed_on(hearts: Topic, tmp_path: Path) -> None:
    path = hearts.folder / "versions" / str(hearts.served()) / "rows" / "weights.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x11")
    with pytest.raises(VersionError, match=r"damaged \(rows/weights.npy was changed\): run pubsearch build hearts"):
        hearts.bundle(tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_damaged_records_are_not_handed_on(hearts: Topic, tmp_path: Path) -> None:
    (hearts.folder / "records" / "000001.xml.gz").write_bytes(b"")
    with pytest.raises(StorageError, match=r"000001.xml.gz is missing or damaged"):
        hearts.bundle(tmp_path / "b", records=True)


def test_a_topic_without_records_has_none_to_put_in(hearts: Topic, tmp_path: Path) -> None:
    shutil.rmtree(hearts.folder / "records")
    with pytest.raises(UserError, match="has no records to put in: leave out --records"):
        hearts.bundle(tmp_path / "b", records=True)


def test_a_pickled_model_is_not_put_in(origin: Path, hearts: Topic, tmp_path: Path) -> None:
    model = shutil.copytree(origin / "our-model", tmp_path / "pickled")
    torch.save(load_file(model / "model.safetensors"), model / "pytorch_model.bin")
    (model / "model.safetensors").unlink()
    hearts.build(str(model))
    with pytest.raises(
        UserError, match=r"holds no file such as model/pytorch_model.bin: save its weights as safetensors"
    ):
        hearts.bundle(tmp_path / "b", model=True)


def test_who_stops_half_way_keeps_the_bundle_from_before(hearts: Topic, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("from before")

    def stop(what: str, done: int, _: int) -> None:
        if what == "Packing files" and done == 5:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        hearts.bundle(tmp_path / "b", stop)
    assert (tmp_path / "b").read_text() == "from before"
    assert not list(tmp_path.glob(".tmp-*"))


def test_a_place_that_cannot_be_written_is_told(hearts: Topic, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="a file lies where pubsearch needs a folder"):
        hearts.bundle(tmp_path / "file" / "b")
