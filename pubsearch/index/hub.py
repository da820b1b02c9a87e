"""Models of a Hugging Face hub.

Hugging Face's variables are read when a model is asked for: its own library reads them once, when it is imported.
"""

import glob
import os
from pathlib import Path

from pubsearch.errors import ModelError
from pubsearch.index.splade_folder import FILES, LEFT_OUT, check, vector_files

_HUB = "https://huggingface.co"
_HUB_SECONDS = 5.0


def fetch(name: str, revision: str | None, *, download: bool = True) -> Path:
    """The folder of the model `name` in Hugging Face's cache, called by its commit; downloaded where it has to be.

    With a `revision` a complete copy in the cache is taken without asking; without one the hub is asked for its
    newest, and a complete copy serves while the hub is away. Where it may not `download`, the hub is not asked.

    Raises:
        ModelError: the model cannot be had; the sentence names the reason and the ways out.
    """
    offline = _is_true("HF_HUB_OFFLINE") or _is_true("TRANSFORMERS_OFFLINE")
    path = _cached(name, revision) if revision or offline or not download else None
    if path is None and offline:
        raise _unavailable(name, "HF_HUB_OFFLINE is set, and it is not in the local cache")
    if path is None and not download:
        raise _unavailable(name, "it is not in the local cache")
    if path is None:
        try:
            path = _download(name, revision)
        # The client raises its own errors, httpx's, the operating system's, ValueError for what is no hub's answer,
        # and hf_xet's: whichever it is, the model cannot be had.
        except Exception as error:
            path = _cached(name, revision)
            if path is None:
                raise _unavailable(name, _reason(error)) from error
    return path


def _cached(name: str, revision: str | None) -> Path | None:
    """The folder in Hugging Face's cache, if all of the model is there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        path = Path(
            snapshot_download(
                name, revision=revision, cache_dir=cache(), local_files_only=True,
                allow_patterns=list(FILES), ignore_patterns=list(LEFT_OUT),
            )
        )  # fmt: skip
        check(path)
    except (LocalEntryNotFoundError, ModelError):
        return None
    return path


def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import HfApi, snapshot_download

    # Asked first because it can be given a timeout and does not retry: a hub that is away is known within seconds.
    # `snapshot_download` sets no timeout for its first questions and retries for half a minute.
    seconds = float(os.environ.get("HF_HUB_ETAG_TIMEOUT") or _HUB_SECONDS)
    about = HfApi(endpoint=endpoint()).model_info(name, revision=revision, timeout=seconds)
    files = vector_files(file.rfilename for file in about.siblings or [])
    return Path(
        snapshot_download(
            name, revision=revision, cache_dir=cache(), endpoint=endpoint(),
            allow_patterns=[glob.escape(file) for file in files],
        )
    )  # fmt: skip


def endpoint() -> str:
    """The hub's address: `HF_ENDPOINT`, else Hugging Face's own."""
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


def cache() -> Path:
    """The cache as huggingface_hub finds it: `HF_HUB_CACHE`, else in `HF_HOME`, else in the user's cache folder."""
    environ = os.environ
    home = environ.get("HF_HOME") or os.path.join(environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    cache = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE") or os.path.join(home, "hub")
    return Path(os.path.expandvars(os.path.expanduser(cache)))


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "").upper() in {"1", "ON", "YES", "TRUE"}


def _reason(error: Exception) -> str:
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RevisionNotFoundError

    if isinstance(error, RevisionNotFoundError):
        return f"{endpoint()} does not have the commit that the topic was indexed with"
    if isinstance(error, GatedRepoError):
        return f"its owner at {endpoint()} gives it only to those who log in (HF_TOKEN)"
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        unknown = "has no such model, or only for those who log in (HF_TOKEN)"
        return f"{endpoint()} {unknown if status in (401, 404) else f'answered with HTTP status {status}'}"
    detail = (str(error) or type(error).__name__).splitlines()[0]
    return f"it could not be fetched from {endpoint()} ({detail})"


def _unavailable(name: str, reason: str) -> ModelError:
    return ModelError(
        f"The model {name} cannot be had: {reason}; give a folder with a copy of it (--model FOLDER), set HF_ENDPOINT "
        f"to a hub that answers, or choose the model that pubsearch carries (--model bundled)."
    )
