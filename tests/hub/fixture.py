"""Fixtures for tests that need a model hub; named in `pytest_plugins`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pubsearch.settings import DEFAULT_MODEL
from tests.hub.server import Hub, make_hub_model

_OTHERS = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_TOKEN")


@pytest.fixture(scope="session")
def hub_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model that the hub serves; not to be changed."""
    return make_hub_model(tmp_path_factory.mktemp("hub") / "model")


@pytest.fixture
def hub(hub_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that serves the default model, and an empty cache: Hugging Face's variables point there."""
    for variable in _OTHERS:
        monkeypatch.delenv(variable, raising=False)
    with Hub() as hub:
        hub.publish(DEFAULT_MODEL, hub_model)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
        yield hub
