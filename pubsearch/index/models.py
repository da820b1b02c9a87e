"""Which model, where it comes from, and its fingerprint.

A model is a folder in sentence-transformers' layout. There are three ways to name one:

    bundled                         the newest model that pubsearch carries
    neuml/pubmedbert-base-splade    a model at a Hugging Face hub
    ./model, /models/mine           a folder

A topic and a txtai configuration hold a name and a fingerprint. Where a folder with that name lies on this machine is
in `PUBSEARCH_HOME/.models.json`, so that an index can be carried to another machine. No model ever stands in for
another: what cannot be had is an error.
"""

import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from pubsearch import durable
from pubsearch.errors import ModelError, UserError
from pubsearch.index import hub
from pubsearch.index.splade_folder import SAY_WHERE, check, fingerprint
from pubsearch.settings import DEFAULT_MODEL, Precision, Settings

# The models that pubsearch carries, the newest first: an index made with an older one is searched with that one.
CARRIED = ("splade-tiny-pubmed", "splade-tiny")
BUNDLED = CARRIED[0]
REGISTRY = ".models.json"

_ALIAS = "bundled"
_BFLOAT16 = "-bfloat16"
_PLACE = Path(__file__).parents[1] / "demo"
_FOLDER_SIGNS = (".", "/", "~")
_HUB_NAME = re.compile(r"\w([\w.-]*\w)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is there and is a SPLADE model.

    `name` is what a txtai configuration stores: a hub id, a bundled model's name or a folder's name, never a path.
    `revision` is the commit, for a model from a hub. `fingerprint` is that of the folder's files, with the precision
    behind it where that is not float32: the same files give other vectors under another precision.
    """

    name: str
    path: Path
    fingerprint: str
    revision: str | None

    @property
    def precision(self) -> Precision:
        """What the model computes in."""
        return "bfloat16" if self.fingerprint.endswith(_BFLOAT16) else "float32"


def canonical(spec: str) -> str:
    """What a topic stores for `--model spec`; the model need not be there yet.

    A spec that starts with `.`, `/` or `~`, or that is a folder's path from here, means a folder and becomes absolute.
    `bundled`, a bundled model's name and the default model never mean a folder, even where one of that name lies here.

    Raises:
        UserError: the spec names a model in none of the three ways.
    """
    if spec == _ALIAS:
        return BUNDLED
    if spec in (*CARRIED, DEFAULT_MODEL):
        return spec
    if spec.startswith(_FOLDER_SIGNS) or os.path.isdir(spec):
        return str(_folder(spec))
    if _is_hub_id(spec):
        return spec
    raise UserError(
        f"“{spec}” names no model: give a hub's model (owner/name), a folder (./model or /models/model) or “{_ALIAS}”."
    )


def resolve(name: str, *, fingerprint: str | None = None, revision: str | None = None, download: bool = True) -> Model:
    """The model that a topic or a txtai configuration names, found on this machine or fetched from the hub.

    With a `revision` a copy in Hugging Face's cache is taken without asking the hub; without one the hub is asked for
    its newest, and the cached copy serves while the hub is away.

    Args:
        name: what `canonical` gave, or the `name` of a `Model`
        fingerprint: the model must be this one, in its precision; without one the setting `precision` holds
        revision: the hub's commit
        download: whether a hub may be asked

    Raises:
        ModelError: the model cannot be had, is no SPLADE model, or is another one than `fingerprint` says.
        StorageError: the place of a folder cannot be noted in `PUBSEARCH_HOME`.
    """
    in_bfloat16 = fingerprint.endswith(_BFLOAT16) if fingerprint else Settings().precision == "bfloat16"
    files = _find(name, fingerprint and fingerprint.removesuffix(_BFLOAT16), revision, download)
    found = replace(files, fingerprint=files.fingerprint + _BFLOAT16) if in_bfloat16 else files
    if fingerprint not in (None, found.fingerprint):
        raise ModelError(
            f"The topic was indexed with another model than the {found.name} at hand (fingerprint {fingerprint}, "
            f"not {found.fingerprint}): rebuild the topic: pubsearch build NAME makes an index with this one."
        )
    if name.startswith(_FOLDER_SIGNS):
        _register(files)
    return found


def again(name: str, *, fingerprint: str, revision: str | None) -> Model:
    """The model called `name` that made an index, in the precision that is set now, which may be another.

    Raises:
        ModelError: it cannot be had any more.
    """
    files = fingerprint.removesuffix(_BFLOAT16)
    wanted = files + _BFLOAT16 if Settings().precision == "bfloat16" else files
    return resolve(name, fingerprint=wanted, revision=revision)


def _find(name: str, fingerprint: str | None, revision: str | None, download: bool) -> Model:
    name = BUNDLED if name == _ALIAS else name
    if name in CARRIED:
        carried = _model(name, _PLACE / name)
        # A user's own folder may bear the bundled model's name.
        return carried if fingerprint in (None, carried.fingerprint) else _copy(name, fingerprint) or carried
    if name.startswith(_FOLDER_SIGNS):
        # a name that began so would be read as a path when it is searched
        return _model(_folder(name).name.lstrip(".~") or "model", _folder(name))
    if _is_hub_id(name):
        copy = _copy(name, fingerprint, revision)
        if copy is not None:
            return copy
        path = hub.fetch(name, revision, download=download)
        return _model(name, path, path.name)
    return _noted(name, fingerprint)


def _folder(spec: str) -> Path:
    return Path(os.path.expanduser(spec)).resolve()


def _is_hub_id(spec: str) -> bool:
    """Whether it is owner/name by Hugging Face's rules (huggingface_hub's `validate_repo_id`, slow to import)."""
    parts = spec.split("/")
    return (
        len(parts) == 2
        and all(len(part) <= 96 and _HUB_NAME.fullmatch(part) for part in parts)
        and "--" not in spec
        and ".." not in spec
        and not spec.endswith(".git")
    )


def _model(name: str, path: Path, revision: str | None = None) -> Model:
    check(path)
    return Model(name, path, fingerprint(path), revision)


def _register(model: Model) -> None:
    """Notes where the folder lies, for indexes that hold only its name and fingerprint."""
    if _registry().get(model.fingerprint) == str(model.path):
        return
    registry = durable.make_folder(Settings().home) / REGISTRY
    with durable.storage_errors(registry), FileLock(f"{registry}.lock"):
        entries = _registry() | {model.fingerprint: str(model.path)}
        durable.write(registry, json.dumps(entries, indent=1, sort_keys=True).encode())


def _registry() -> dict[str, str]:
    registry = Settings().home / REGISTRY
    try:
        return dict(json.loads(registry.read_bytes()).items())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(f"{registry} cannot be read ({error}): remove it, then {SAY_WHERE}.") from error


def _noted(name: str, fingerprint: str | None) -> Model:
    place = _registry().get(fingerprint or "")
    if place is None:
        raise ModelError(f"The model folder {name} is not known on this machine: {SAY_WHERE}.")
    return _model(name, Path(place))


def _copy(name: str, fingerprint: str | None, revision: str | None = None) -> Model | None:
    """A noted folder that holds the very same bytes; for a hub's model this spares the hub."""
    place = _registry().get(fingerprint or "")
    if place is None:
        return None
    try:
        copy = _model(name, Path(place), revision)
    except ModelError:
        return None
    return copy if copy.fingerprint == fingerprint else None
