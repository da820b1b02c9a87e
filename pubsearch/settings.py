"""All settings, from the environment and from a `.env` file in the working folder.

Model downloads follow Hugging Face's own variables (`HF_HOME`, `HF_ENDPOINT`, `HF_HUB_OFFLINE`).
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pubsearch.errors import UserError

DEFAULT_MODEL = "neuml/pubmedbert-base-splade"
NCBI_EUTILS_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"

# What a setting that is not any text can be.
_WANTED = {"THREADS": "a whole number, 0 for all cores", "PRECISION": "float32 or bfloat16"}

Precision = Literal["float32", "bfloat16"]


class Settings(BaseSettings):
    """What a user may set; each field's variable is `PUBSEARCH_<NAME>` unless it says otherwise."""

    model_config = SettingsConfigDict(env_prefix="PUBSEARCH_", env_file=".env", extra="ignore", populate_by_name=True)

    def __init__(self, **values: Any) -> None:
        """Reads them.

        Raises:
            UserError: one of them cannot be what it says.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = error.errors()[0]
            name = str(wrong["loc"][0]).upper().removeprefix("PUBSEARCH_")
            variable = name if name == "NCBI_API_KEY" else f"PUBSEARCH_{name}"
            raise UserError(f"The setting {variable} cannot be used: write {_WANTED.get(name, 'text')}.") from error
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"The file .env in the working folder cannot be read: {error}.") from error

    home: Path = Field(default=Path("indexes"), description="the folder that holds the topics")
    eutils_url: str = Field(default=NCBI_EUTILS_URL, description="the E-utilities server")
    email: str | None = Field(default=None, description="sent to NCBI, so that they can reach you")
    ncbi_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("NCBI_API_KEY", "ncbi_api_key"),
        description="NCBI's API key: 10 requests a second instead of 3 (variable NCBI_API_KEY)",
    )
    model: str = Field(default=DEFAULT_MODEL, description="the model of new topics")
    precision: Precision = Field(
        default="float32", description="of the model in new builds; bfloat16 is twice as fast where the CPU has it"
    )
    librarians: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="who may change topics on a page with sign-in: e-mail addresses, comma between"
    )
    threads: int = Field(default=0, ge=0, description="threads for the model; 0: all cores")

    @field_validator("librarians", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        """Text with commas, as an environment variable holds a list."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @property
    def cores(self) -> int:
        """How many threads compute: `threads`, or one for each core that this process may use."""
        return self.threads or len(os.sched_getaffinity(0))
