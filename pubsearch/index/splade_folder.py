"""A SPLADE model's folder: whether it is one, and the fingerprint of what determines its vectors."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pubsearch.errors import ModelError

SAY_WHERE = "say where it lies with pubsearch build NAME --model FOLDER"

# What determines the vectors. One list for the fingerprint and for downloads: a clone of a repository and our download
# of it then have one fingerprint.
FILES = ("*.json", "*.safetensors", "*.model", "*vocab.txt", "*merges.txt")
LEFT_OUT = (".*", "*/.*", "onnx/*", "openvino/*", "checkpoint-*/*", "*trainer_state.json")
_PICKLES = ("*pytorch_model*.bin",)  # only where no safetensors lie beside them
_SAFE = "model*.safetensors"
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model")
# The module that gives the logits, and its task where its settings name none.
_LANGUAGE_MODELS = {"MLMTransformer": "fill-mask", "Transformer": "feature-extraction"}
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


def fingerprint(path: Path) -> str:
    """32 hexadecimal digits over every file that determines the vectors: names and bytes, wherever the folder lies.

    Raises:
        ModelError: a file cannot be read.
    """
    try:
        stats = [(name, (path / name).stat()) for name in vector_files(names(path))]
        return _digest(path, tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))
    except OSError as error:
        raise _refusal(path, f"{error.filename} cannot be read ({error.strerror})") from error


@lru_cache
def _digest(path: Path, files: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, size, _ in files:
        digest.update(f"{name}\0{size}\0".encode())
        with (path / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def vector_files(names: Iterable[str]) -> list[str]:
    """Those of a model's files that determine its vectors, sorted."""
    kept = [PurePosixPath(name) for name in names if not _matches(name, LEFT_OUT)]
    safe = {name.parent for name in kept if fnmatchcase(name.name, _SAFE)}
    return sorted(str(name) for name in kept if _matches(str(name), FILES if name.parent in safe else FILES + _PICKLES))


def names(path: Path) -> Iterator[str]:
    """All files that lie in the folder, or where it links to, as sentence-transformers reads it."""
    for folder, folders, files in os.walk(path, followlinks=True):
        place = Path(folder).parent.resolve()
        if Path(folder).resolve() in (place, *place.parents):
            folders.clear()  # a link back to where it lies
            continue
        there = (Path(folder) / name for name in files)
        yield from (file.relative_to(path).as_posix() for file in there if file.is_file())


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def check(path: Path) -> None:
    """Makes sure, without loading the weights, that a folder holds a SPLADE model as sentence-transformers saves it.

    Raises:
        ModelError: it does not; the sentence says what is missing or wrong.
    """
    if not path.is_dir():
        raise ModelError(f"There is no model folder {path}: {SAY_WHERE}.")
    if not any(path.iterdir()):
        raise _refusal(path, "it is empty")
    modules = _modules(path)
    classes = [_class(module) for module in modules]
    if "SpladePooling" not in classes:
        raise _refusal(path, "it has no SpladePooling among its modules, so it is not a SPLADE model")
    if len(classes) != 2 or classes[0] not in _LANGUAGE_MODELS:
        raise _refusal(path, f"its modules are {', '.join(classes)} where pubsearch needs Transformer, SpladePooling")
    transformer, pooling = (Path(str(module.get("path", ""))) for module in modules)
    _check_pooling(path, _object(path, pooling / "config.json"))
    _check_transformer(path, transformer, _LANGUAGE_MODELS[classes[0]])


def _check_pooling(path: Path, pooling: dict[str, Any]) -> None:
    strategy, activation = pooling.get("pooling_strategy", "max"), pooling.get("activation_function", "relu")
    if strategy != "max":
        raise _refusal(path, f"its pooling_strategy is “{strategy}” where pubsearch needs “max”")
    if activation not in ("relu", "log1p_relu"):
        raise _refusal(path, f"its activation_function “{activation}” is neither “relu” nor “log1p_relu”")


def _check_transformer(path: Path, place: Path, task: str) -> None:
    settings = place / "sentence_bert_config.json"
    if (path / settings).exists():
        task = _object(path, settings).get("transformer_task", task)
    if task != "fill-mask":
        raise _refusal(path, "its Transformer is not a masked language model (transformer_task “fill-mask”)")
    _object(path, place / "config.json")
    if not any((path / place / name).is_file() for name in _TOKENIZERS):
        raise _refusal(path, "its tokenizer is missing (tokenizer.json or vocab.txt)")
    _check_weights(path, place)


def _check_weights(path: Path, place: Path) -> None:
    for name in _WEIGHTS:
        weights, index = path / place / name, place / f"{name}.index.json"
        if weights.is_file():
            if name.endswith(".safetensors") and not _is_whole(weights):
                raise _refusal(path, f"its {name} is cut short or a Git LFS pointer")
            return
        if (path / index).is_file():
            missing = sorted(set(_object(path, index).get("weight_map", {}).values()) - set(os.listdir(path / place)))
            if missing:
                raise _refusal(path, f"a part of its weights is missing ({missing[0]})")
            return
    raise _refusal(path, "its weights are missing (model.safetensors)")


def _is_whole(weights: Path) -> bool:
    """Whether a safetensors file has all the bytes that its header promises (8 bytes of length, JSON, tensors)."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > weights.stat().st_size:
            return False
        try:
            header = json.loads(file.read(length))
            ends = [int(tensor["data_offsets"][1]) for name, tensor in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
    return weights.stat().st_size == 8 + length + max(ends, default=0)


def _modules(path: Path) -> list[dict[str, Any]]:
    modules = _json(path, Path("modules.json"))
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        raise _refusal(path, "its modules.json is damaged")
    return modules


def _class(module: dict[str, Any]) -> str:
    """The short name of one of sentence-transformers' own classes; the full name of any other."""
    package, _, name = str(module.get("type")).rpartition(".")
    return name if package.startswith("sentence_transformers.") else f"{package}.{name}"


def _object(path: Path, name: Path) -> dict[str, Any]:
    content = _json(path, name)
    if not isinstance(content, dict):
        raise _refusal(path, f"its {name} is damaged")
    return content


def _json(path: Path, name: Path) -> Any:
    try:
        return json.loads((path / name).read_bytes())
    except FileNotFoundError as error:
        raise _refusal(path, f"it has no {name}, so it is not a model in sentence-transformers' layout") from error
    except (OSError, ValueError) as error:
        raise _refusal(path, f"its {name} is damaged ({error})") from error


def _refusal(path: Path, why: str) -> ModelError:
    return ModelError(f"The model in {path} cannot be used: {why}; get its files again or choose another with --model.")
