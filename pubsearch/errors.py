"""Every error that pubsearch raises on purpose.

    PubsearchError
    ├── UserError            you asked for something that cannot be          (exit code 2)
    │   ├── QueryError       a query that cannot be read
    │   ├── TopicError       a topic that is unknown, exists already, or has a bad name
    │   └── FileError        a file that you gave and that cannot be read
    └── WorldError           you asked rightly and the world would not       (exit code 1)
        ├── EntrezError      NCBI's E-utilities did not answer as they should
        ├── ModelError       the model that a topic names cannot be had
        ├── VersionError     a served version that is missing, damaged or of another format
        ├── StorageError     a disk that is full, a folder that may not be written, a lock that is held
        └── StoppedError     the user stopped the work, at a point from which it can be gone on with

The text of each is shown to the user as it is: one sentence that says what is wrong and what to do.
"""


class PubsearchError(Exception):
    """The base of all errors that are told to the user in one sentence."""

    exit_code = 1


class UserError(PubsearchError):
    """What the user asked for cannot be; asking again will not help."""

    exit_code = 2


class QueryError(UserError):
    """A query that cannot be read.

    `position` is the place of the fault in code points from 0, where there is one place; the message counts from 1.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class TopicError(UserError):
    """A topic that is unknown, that exists already, or whose name is not allowed."""


class FileError(UserError):
    """A file that the user gave and that cannot be read as what it claims to be."""


class WorldError(PubsearchError):
    """The request was right and the world did not comply: network, disk, model hub."""


class EntrezError(WorldError):
    """NCBI's E-utilities did not answer as they should."""


class ModelError(WorldError):
    """The model that a topic names cannot be had, or is not the one that indexed it."""


class VersionError(WorldError):
    """The served version of a topic is missing, damaged or of another format."""


class StorageError(WorldError):
    """The disk is full, a folder may not be written, or another process holds the lock."""


class StoppedError(WorldError):
    """The user stopped the work, at a point from which it can be gone on with."""
