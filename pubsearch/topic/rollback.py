"""The step back: which version it leads to; and the models that made versions."""

from pathlib import Path

from pubsearch.errors import UserError, VersionError
from pubsearch.index import models
from pubsearch.index.models import Model
from pubsearch.topic import current, manifest
from pubsearch.topic.layout import VERSIONS
from pubsearch.topic.manifest import Manifest, ModelName
from pubsearch.topic.progress import Progress
from pubsearch.topic.verify_version import check_version


def version_before(folder: Path, name: str, progress: Progress) -> Manifest:
    """The version before the one that the topic in `folder` serves, once it is known to be whole.

    Raises:
        UserError: there is none.
        VersionError: it is damaged.
        StoppedError: the progress callback stopped it.
    """
    served, there = current.read(folder).served, current.versions(folder)
    older = there[: there.index(served)] if served in there else []
    if not older:
        raise UserError(
            f"Topic {name} has no version before the one that it serves ({served or 'none yet'}): "
            "there is nothing to go back to."
        )
    before = folder / VERSIONS / older[-1]
    for damage in check_version(before, f"run pubsearch build {name}", progress):
        raise VersionError(
            f"The version before, {before.name}, is damaged ({damage.file} {damage.what}): nothing was switched; "
            f"{damage.repair}"
        )
    return manifest.load(before, name)


def spec_of(made: ModelName) -> str:
    """What a topic stores in order to be built with the model that made a version.

    Raises:
        ModelError: that model cannot be had.
    """
    found = models.resolve(made.name, fingerprint=made.fingerprint, revision=made.revision)
    if "/" in found.name or (found.name in models.CARRIED and found.path == models.resolve(found.name).path):
        return found.name
    return str(found.path)


def model_served(folder: Path, name: str) -> ModelName | None:
    """The model that made the served version; None where that version cannot say it."""
    served = current.read(folder).served
    try:
        return manifest.load(folder / VERSIONS / served, name).model if served else None
    except VersionError:
        return None


def model_kept(folder: Path, name: str, spec: str) -> Model:
    """The topic's model, which `spec` names: where a hub's name stands for another by now, the one that made what is
    served, so that nothing ranks otherwise, and no text is encoded anew, unless somebody asks for it.

    Raises:
        ModelError: it cannot be had.
    """
    made = model_served(folder, name)
    if made is None or made.name != spec or "/" not in spec:
        return models.resolve(spec)
    return models.again(spec, fingerprint=made.fingerprint, revision=made.revision)
