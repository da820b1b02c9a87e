"""Models: which one a name means, where it comes from, and what is refused."""

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id
from safetensors.numpy import load_file, save_file

from pubsearch.errors import ModelError, StorageError, UserError
from pubsearch.index import models, splade_folder
from pubsearch.settings import DEFAULT_MODEL
from tests.hub.server import BUNDLED, Hub

WAYS_OUT = ("--model FOLDER", "HF_ENDPOINT", "bundled")
POOLING = "1_SpladePooling/config.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of the user's own, with other weights than the bundled one."""
    target = Path(shutil.copytree(BUNDLED, tmp_path / "my-model"))
    weights = load_file(target / "model.safetensors")
    weights["cls.predictions.bias"] = weights["cls.predictions.bias"] + np.float32(0.25)
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
    return target


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def edit(folder: Path, name: str, **values: object) -> None:
    content = json.loads((folder / name).read_bytes())
    (folder / name).write_text(json.dumps(content | values))


def downloads(hub: Hub) -> set[str]:
    return {
        request.rpartition("/")[2] for request in hub.requests if request.startswith("GET") and "/resolve/" in request
    }


def assert_names_ways_out(error: ModelError, name: str) -> None:
    text = str(error)
    assert name in text
    assert all(way in text for way in WAYS_OUT)
    assert "\n" not in text


# What a spec means


@pytest.mark.parametrize("spec", ["bundled", "splade-tiny-pubmed"])
def test_bundled_is_stored_by_the_models_own_name(spec: str) -> None:
    assert models.canonical(spec) == models.BUNDLED == "splade-tiny-pubmed"


@pytest.mark.parametrize("spec", [DEFAULT_MODEL, "naver/splade-v3", "a/b", "Owner_1/name-2.x"])
def test_hub_ids_are_stored_as_they_are(spec: str) -> None:
    assert models.canonical(spec) == spec


def test_folders_become_absolute(folder: Path, tmp_path: Path) -> None:
    assert models.canonical("./my-model") == str(folder)
    assert models.canonical("my-model") == str(folder)
    assert models.canonical(f"{tmp_path}/sub/../my-model") == str(folder)
    assert models.canonical("~/model") == str((Path.home() / "model").resolve())


def test_a_folder_need_not_be_there_yet(tmp_path: Path) -> None:
    assert models.canonical("./later") == str(tmp_path / "later")


def test_the_default_model_is_never_a_folder_by_accident(tmp_path: Path) -> None:
    (tmp_path / DEFAULT_MODEL).mkdir(parents=True)
    (tmp_path / "owner/name").mkdir(parents=True)
    assert models.canonical(DEFAULT_MODEL) == DEFAULT_MODEL
    assert models.canonical(f"./{DEFAULT_MODEL}") == str(tmp_path / DEFAULT_MODEL)
    assert models.canonical("owner/name") == str(tmp_path / "owner/name")


@pytest.mark.parametrize(
    "spec",
    ["", "splade", "a/b/c", "a--b/c", "-a/b", "a/b.", "a/b.git", "owner/näme", "a b/c", "a/", "/".join("ab" * 60)],
)
def test_other_specs_are_refused_and_the_three_ways_named(spec: str) -> None:
    with pytest.raises(UserError, match=r"owner/name.*folder.*bundled") as caught:
        models.canonical(spec)
    assert f"“{spec}”" in str(caught.value)


@pytest.mark.parametrize(
    "spec",
    ["a/b", "a_/b", "_a/b", "a-/b", "a/.b", "a..b/c", "é/b", "a/b\n", f"a/{'b' * 96}", f"a/{'b' * 97}", "A.b/c-D_e"],
)
def test_hub_ids_follow_hugging_faces_rules(spec: str) -> None:
    try:
        validate_repo_id(spec)
    except HFValidationError:
        with pytest.raises(UserError):
            models.canonical(spec)
    else:
        assert models.canonical(spec) == spec


# The bundled model


def test_the_bundled_model_needs_no_network() -> None:
    model = models.resolve("splade-tiny-pubmed")
    assert model == models.resolve("bundled")
    assert (model.name, model.path, model.revision) == ("splade-tiny-pubmed", BUNDLED, None)
    assert models.resolve("splade-tiny-pubmed", fingerprint=model.fingerprint) == model


def test_another_fingerprint_asks_for_a_build() -> None:
    with pytest.raises(ModelError, match=r"indexed with another model.*pubsearch build NAME"):
        models.resolve("splade-tiny-pubmed", fingerprint="0" * 32)


# The fingerprint


def test_fingerprint_does_not_depend_on_place_or_on_what_makes_no_vectors(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    (copy / "README.md").write_text("Another text.")
    (copy / ".gitattributes").write_text("*.safetensors filter=lfs")
    (copy / "pytorch_model.bin").write_bytes(b"the same weights again")
    (copy / "optimizer.pt").write_bytes(b"state")
    for name in (
        "onnx/config.json",
        "openvino/openvino_config.json",
        ".cache/huggingface/x.json",
        "checkpoint-9/a.json",
    ):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("{}")
    assert splade_folder.fingerprint(copy) == splade_folder.fingerprint(BUNDLED)


def test_fingerprint_changes_with_one_weight(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    before = splade_folder.fingerprint(copy)
    weights = load_file(copy / "model.safetensors")
    weights["cls.predictions.bias"] = weights["cls.predictions.bias"].copy()
    weights["cls.predictions.bias"][7] += np.float32(0.001)
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    assert splade_folder.fingerprint(copy) != before


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "modules.json", POOLING, "config_sentence_transformers.json"]
)
def test_fingerprint_changes_with_each_file_that_makes_vectors(tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    before = splade_folder.fingerprint(copy)
    (copy / name).write_text((copy / name).read_text() + " ")
    assert splade_folder.fingerprint(copy) != before


def test_fingerprint_changes_with_a_files_name(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    before = splade_folder.fingerprint(copy)
    (copy / "vocab.txt").write_text("")
    (copy / "config.json").rename(copy / "config2.json")
    assert splade_folder.fingerprint(copy) != before


def test_fingerprint_changes_with_what_a_link_leads_to(tmp_path: Path) -> None:
    for name in ("splade-tiny", "splade-tiny-pubmed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0_Transformer").symlink_to(models.resolve(name).path)
        (tmp_path / name / "loop").symlink_to(tmp_path / name)
    first, second = (splade_folder.fingerprint(tmp_path / name) for name in ("splade-tiny", "splade-tiny-pubmed"))
    assert first != second


def test_safetensors_elsewhere_hide_no_pickled_weights(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    (copy / "old").mkdir()
    (copy / "old" / "adapter.safetensors").write_bytes(b"others")
    before = splade_folder.fingerprint(copy)
    (copy / "pytorch_model.bin").write_bytes(b"other weights")
    assert splade_folder.fingerprint(copy) != before


@pytest.mark.parametrize("name", [".splade", "~splade", ".~"])
def test_a_folder_whose_name_looks_like_a_path_is_found_again(tmp_path: Path, name: str) -> None:
    made = models.resolve(str(shutil.copytree(models.resolve("splade-tiny").path, tmp_path / name)))
    assert models.resolve(made.name, fingerprint=made.fingerprint).path == tmp_path / name


# Precision


def test_each_precision_has_a_fingerprint_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = models.resolve("bundled")
    monkeypatch.setenv("PUBSEARCH_PRECISION", "bfloat16")
    coarse = models.resolve("bundled")
    assert (exact.precision, coarse.precision) == ("float32", "bfloat16")
    assert exact.fingerprint != coarse.fingerprint


@pytest.mark.parametrize(("made_with", "setting"), [("float32", "bfloat16"), ("bfloat16", "float32")])
def test_what_was_made_in_one_precision_stays_in_it_whatever_the_setting_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, made_with: str, setting: str
) -> None:
    monkeypatch.setenv("PUBSEARCH_PRECISION", made_with)
    made = [models.resolve("bundled"), models.resolve(str(folder))]
    monkeypatch.setenv("PUBSEARCH_PRECISION", setting)
    for model in made:
        assert models.resolve(model.name, fingerprint=model.fingerprint) == model
        assert model.precision == made_with


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_hub_model_is_found_again_in_its_precision(hub: Hub, monkeypatch: pytest.MonkeyPatch, precision: str) -> None:
    monkeypatch.setenv("PUBSEARCH_PRECISION", precision)
    first = models.resolve(DEFAULT_MODEL)
    monkeypatch.delenv("PUBSEARCH_PRECISION")
    hub.stop()
    assert models.resolve(DEFAULT_MODEL, fingerprint=first.fingerprint, revision=first.revision) == first


# Folders


def test_a_folder_is_found_again_by_name_and_fingerprint(folder: Path, home: Path) -> None:
    model = models.resolve(str(folder))
    assert (model.name, model.path, model.revision) == ("my-model", folder, None)
    assert json.loads((home / ".models.json").read_bytes()) == {model.fingerprint: str(folder)}
    assert models.resolve("my-model", fingerprint=model.fingerprint) == model


def test_reading_writes_nothing(folder: Path, home: Path) -> None:
    model = models.resolve(str(folder))
    before = sorted((entry.name, entry.stat().st_mtime_ns) for entry in home.iterdir())
    models.resolve("my-model", fingerprint=model.fingerprint)
    models.resolve(str(folder), fingerprint=model.fingerprint)
    assert sorted((entry.name, entry.stat().st_mtime_ns) for entry in home.iterdir()) == before


def test_a_folder_may_bear_the_bundled_models_name(folder: Path, tmp_path: Path) -> None:
    namesake = folder.rename(tmp_path / "splade-tiny-pubmed")
    model = models.resolve(str(namesake))
    assert models.resolve("splade-tiny-pubmed", fingerprint=model.fingerprint) == model
    assert models.resolve("splade-tiny-pubmed").path == BUNDLED


def test_an_index_made_with_an_older_carried_model_is_searched_with_that_one() -> None:
    older = models.resolve("splade-tiny")
    assert older.path == BUNDLED.parent / "splade-tiny"
    assert models.resolve(older.name, fingerprint=older.fingerprint) == older
    assert models.canonical("splade-tiny") == "splade-tiny" != models.BUNDLED


def test_a_moved_folder_is_reported_and_taken_up_again(folder: Path, tmp_path: Path) -> None:
    fingerprint = models.resolve(str(folder)).fingerprint
    moved = folder.rename(tmp_path / "moved")
    with pytest.raises(ModelError, match=r"no model folder .*my-model.*--model FOLDER"):
        models.resolve("my-model", fingerprint=fingerprint)
    models.resolve(str(moved))
    assert models.resolve("my-model", fingerprint=fingerprint).path == moved


def test_a_folder_that_was_changed_is_another_model(folder: Path) -> None:
    fingerprint = models.resolve(str(folder)).fingerprint
    shutil.copy(BUNDLED / "model.safetensors", folder / "model.safetensors")
    with pytest.raises(ModelError, match="indexed with another model"):
        models.resolve("my-model", fingerprint=fingerprint)
    with pytest.raises(ModelError, match="indexed with another model"):
        models.resolve(str(folder), fingerprint=fingerprint)


@pytest.mark.parametrize("fingerprint", [None, "0" * 32])
def test_an_unknown_folder_is_reported(fingerprint: str | None) -> None:
    with pytest.raises(ModelError, match=r"my-model is not known on this machine.*--model FOLDER"):
        models.resolve("my-model", fingerprint=fingerprint)


def test_many_at_once_note_all_their_folders(tmp_path: Path, home: Path) -> None:
    copies = [Path(shutil.copytree(BUNDLED, tmp_path / f"model-{i}")) for i in range(6)]
    for i, copy in enumerate(copies):
        edit(copy, "config.json", note=i)
    threads = [threading.Thread(target=models.resolve, args=(str(copy),)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(json.loads((home / ".models.json").read_bytes()).values()) == [str(copy) for copy in copies]


@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_damaged_list_of_folders_is_reported(folder: Path, home: Path, content: str) -> None:
    home.mkdir()
    (home / ".models.json").write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match=r"\.models\.json cannot be read .*: remove it"):
        models.resolve(str(folder))


def test_a_home_that_is_a_file_is_a_storage_error(folder: Path, home: Path) -> None:
    home.write_text("")
    with pytest.raises(StorageError, match="in the way"):
        models.resolve(str(folder))


# The hub


def test_a_hub_model_is_downloaded_with_its_commit(hub: Hub, hub_model: Path) -> None:
    model = models.resolve(DEFAULT_MODEL)
    assert model.name == DEFAULT_MODEL
    assert model.revision == hub.commit(DEFAULT_MODEL, "main")
    assert model.path.is_relative_to(Path(os.environ["HF_HOME"]))
    assert model.fingerprint == splade_folder.fingerprint(hub_model)
    assert (model.path / "model.safetensors").read_bytes() == (hub_model / "model.safetensors").read_bytes()


def test_only_what_makes_vectors_is_downloaded(hub: Hub, hub_model: Path, tmp_path: Path) -> None:
    full = Path(shutil.copytree(hub_model, tmp_path / "full"))
    (full / "onnx").mkdir()
    for name in ("onnx/model.onnx", "onnx/config.json", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"):
        (full / name).write_bytes(b"{}")
    hub.publish("owner/full", full)
    model = models.resolve("owner/full")
    assert model.fingerprint == splade_folder.fingerprint(full)
    assert not downloads(hub) & {"model.onnx", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "README.md"}


def test_pickled_weights_are_taken_where_there_are_no_others(hub: Hub, hub_model: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(hub_model, tmp_path / "old"))
    (old / "model.safetensors").rename(old / "pytorch_model.bin")
    hub.publish("owner/old", old)
    model = models.resolve("owner/old")
    assert model.fingerprint == splade_folder.fingerprint(old)
    hub.stop()
    assert models.resolve("owner/old", fingerprint=model.fingerprint, revision=model.revision) == model


def test_a_known_revision_is_found_without_asking_the_hub(hub: Hub) -> None:
    first = models.resolve(DEFAULT_MODEL)
    hub.requests.clear()
    again = models.resolve(DEFAULT_MODEL, fingerprint=first.fingerprint, revision=first.revision)
    assert again == first
    assert hub.requests == []


def test_a_known_revision_is_downloaded_where_it_is_missing(hub: Hub, folder: Path) -> None:
    old = hub.commit(DEFAULT_MODEL, "main")
    hub.publish(DEFAULT_MODEL, folder)
    assert models.resolve(DEFAULT_MODEL, revision=old).revision == old
    assert models.resolve(DEFAULT_MODEL).fingerprint == splade_folder.fingerprint(folder)


def test_a_cached_copy_serves_while_the_hub_is_away(hub: Hub) -> None:
    first = models.resolve(DEFAULT_MODEL)
    hub.stop()
    assert models.resolve(DEFAULT_MODEL) == first


def test_a_hub_that_comes_back_is_used(hub: Hub) -> None:
    hub.stop()
    with pytest.raises(ModelError):
        models.resolve(DEFAULT_MODEL)
    hub.start()
    assert models.resolve(DEFAULT_MODEL).revision == hub.commit(DEFAULT_MODEL, "main")


def test_offline_mode_takes_the_cached_copy(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = models.resolve(DEFAULT_MODEL)
    hub.requests.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert models.resolve(DEFAULT_MODEL) == first
    assert hub.requests == []


@pytest.mark.usefixtures("hub")
def test_a_half_download_is_completed() -> None:
    first = models.resolve(DEFAULT_MODEL)
    (first.path / "model.safetensors").unlink()
    assert models.resolve(DEFAULT_MODEL, revision=first.revision) == first


@pytest.mark.parametrize("lost", ["model.safetensors", "tokenizer_config.json"])
def test_a_half_download_is_not_taken_while_the_hub_is_away(hub: Hub, lost: str) -> None:
    first = models.resolve(DEFAULT_MODEL)
    (first.path / lost).unlink()
    hub.stop()
    with pytest.raises(ModelError) as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)


def test_a_folder_with_the_same_bytes_spares_the_hub(hub: Hub, hub_model: Path) -> None:
    fingerprint = models.resolve(str(hub_model)).fingerprint
    hub.stop()
    model = models.resolve(DEFAULT_MODEL, fingerprint=fingerprint, revision="a" * 40)
    assert (model.name, model.path, model.revision) == (DEFAULT_MODEL, hub_model, "a" * 40)


def test_a_newer_model_at_the_hub_is_not_taken_for_the_one_that_indexed(hub: Hub, folder: Path) -> None:
    first = models.resolve(DEFAULT_MODEL)
    hub.publish(DEFAULT_MODEL, folder)
    with pytest.raises(ModelError, match=r"indexed with another model.*pubsearch build NAME"):
        models.resolve(DEFAULT_MODEL, fingerprint=first.fingerprint)


def test_no_hub_is_one_error_that_names_the_ways_out(
    hub: Hub, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed_port}")
    with pytest.raises(ModelError, match=str(closed_port)) as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)
    assert hub.requests == []


def test_offline_mode_without_a_copy_is_an_error(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set") as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)
    assert hub.requests == []


def test_an_unknown_model_is_an_error(hub: Hub) -> None:
    with pytest.raises(ModelError, match="has no such model") as caught:
        models.resolve("nobody/nothing")
    assert_names_ways_out(caught.value, "nobody/nothing")
    assert len([request for request in hub.requests if "nobody" in request]) == 1


def test_an_unknown_commit_is_an_error(hub: Hub) -> None:
    with pytest.raises(ModelError, match="does not have the commit"):
        models.resolve(DEFAULT_MODEL, revision="b" * 40)
    assert hub.requests


@pytest.mark.parametrize(("status", "reason"), [(401, "log in"), (503, "HTTP status 503"), (429, "HTTP status 429")])
def test_a_hub_that_refuses_is_asked_once(hub: Hub, status: int, reason: str) -> None:
    hub.status = status
    with pytest.raises(ModelError, match=reason) as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)
    assert len(hub.requests) == 1


def test_a_hub_that_never_answers_is_left(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.silent = True
    monkeypatch.setenv("HF_HUB_ETAG_TIMEOUT", "0.2")
    with pytest.raises(ModelError, match="timed out") as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)


def test_a_server_that_is_no_hub_is_an_error(hub: Hub) -> None:
    hub.status = 200
    with pytest.raises(ModelError) as caught:
        models.resolve(DEFAULT_MODEL)
    assert_names_ways_out(caught.value, DEFAULT_MODEL)


def test_a_dense_model_at_the_hub_is_refused(hub: Hub, hub_model: Path, tmp_path: Path) -> None:
    dense = Path(shutil.copytree(hub_model, tmp_path / "dense"))
    replace_pooling(dense)
    hub.publish("owner/dense", dense)
    with pytest.raises(ModelError, match="no SpladePooling"):
        models.resolve("owner/dense")


@pytest.mark.usefixtures("hub")
def test_the_hubs_model_loads_and_ranks_otherwise_than_the_bundled_one() -> None:
    from sentence_transformers import SparseEncoder

    # as many that no two models order them alike by chance
    texts = ["Statins prevent myocardial infarction.", "Insulin in type 2 diabetes.", "Aspirin after stroke."]
    texts += [f"{name} in {age} with diabetes." for name in ("Exercise", "Metformin") for age in ("children", "adults")]
    scores = []
    for model in (models.resolve(DEFAULT_MODEL), models.resolve("bundled")):
        encoder = SparseEncoder(str(model.path), device="cpu", local_files_only=True)
        query, documents = encoder.encode_query(["type 2 diabetes"]), encoder.encode_document(texts)
        assert documents.shape == (len(texts), 30522)
        scores.append(encoder.similarity(query, documents)[0].tolist())
    assert [int(i) for i in np.argsort(scores[0])] != [int(i) for i in np.argsort(scores[1])]


# What is refused


def replace_pooling(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_bytes())
    modules[1]["type"] = "sentence_transformers.models.Pooling"
    (folder / "modules.json").write_text(json.dumps(modules))


def add_module(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_bytes())
    modules.append({"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"})
    (folder / "modules.json").write_text(json.dumps(modules))


def foreign_class(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_bytes())
    modules[1]["type"] = "custom_code.SpladePooling"
    (folder / "modules.json").write_text(json.dumps(modules))


def dense_transformer(folder: Path) -> None:
    edit(folder, "sentence_bert_config.json", transformer_task="feature-extraction")


def without_task(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_bytes())
    modules[0]["type"] = "sentence_transformers.models.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text("{}")


def cut_short(folder: Path) -> None:
    with (folder / "model.safetensors").open("r+b") as file:
        file.truncate(1_000_000)


def lfs_pointer(folder: Path) -> None:
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")


def lost_shard(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def unlink(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(content)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (shutil.rmtree, "There is no model folder"),
        (emptied, "it is empty"),
        (unlink("modules.json"), "has no modules.json"),
        (write("modules.json", "[{"), "its modules.json is damaged"),
        (write("modules.json", "{}"), "its modules.json is damaged"),
        (replace_pooling, "no SpladePooling"),
        (foreign_class, "no SpladePooling"),
        (add_module, "its modules are MLMTransformer, SpladePooling, Normalize"),
        (dense_transformer, "not a masked language model"),
        (without_task, "not a masked language model"),
        (lambda folder: edit(folder, POOLING, pooling_strategy="sum"), "its pooling_strategy is “sum”"),
        (lambda folder: edit(folder, POOLING, activation_function="gelu"), "its activation_function “gelu”"),
        (unlink(POOLING), f"has no {POOLING}"),
        (write(POOLING, "max"), f"its {POOLING} is damaged"),
        (write("config.json", "[]"), "its config.json is damaged"),
        (unlink("config.json"), "has no config.json"),
        (unlink("tokenizer.json"), "its tokenizer is missing"),
        (unlink("model.safetensors"), "its weights are missing"),
        (cut_short, "cut short or a Git LFS pointer"),
        (lfs_pointer, "cut short or a Git LFS pointer"),
        (lost_shard, "a part of its weights is missing (model-00002-of-00002.safetensors)"),
    ],
)
def test_what_is_no_splade_model_is_refused(folder: Path, damage: Callable[[Path], object], reason: str) -> None:
    splade_folder.check(folder)
    damage(folder)
    with pytest.raises(ModelError) as caught:
        splade_folder.check(folder)
    assert reason in str(caught.value)
    assert str(folder) in str(caught.value)


def test_both_layouts_and_both_activations_are_accepted(hub_model: Path, folder: Path) -> None:
    splade_folder.check(hub_model)
    splade_folder.check(BUNDLED)
    edit(folder, POOLING, activation_function="log1p_relu")
    splade_folder.check(folder)
    (folder / "sentence_bert_config.json").unlink()
    splade_folder.check(folder)


def test_models_of_sentence_transformers_5_are_accepted(folder: Path) -> None:
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.sparse_encoder.models.MLMTransformer"},
        {
            "idx": 1,
            "name": "1",
            "path": "1_SpladePooling",
            "type": "sentence_transformers.sparse_encoder.models.SpladePooling",
        },
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    edit(folder, POOLING, word_embedding_dimension=None)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 512, "do_lower_case": false}')
    splade_folder.check(folder)
