"""A Hugging Face hub on the loopback interface, and a model for it: what tests download from.

It speaks the part of https://huggingface.co/docs/hub/api that `huggingface_hub` uses to download: a model's or a data
set's description, its tree, and its files with ETag, commit and ranges.
"""

import hashlib
import json
import shutil
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from safetensors.numpy import load_file, save_file

BUNDLED = Path(__file__).parents[2] / "pubsearch" / "demo" / "splade-tiny-pubmed"


@dataclass
class Hub:
    """A hub that is served while the `with` block lasts; `stop` closes its port, `start` opens the same one again."""

    repos: dict[str, dict[str, Path]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)  # "GET /path", as they came
    status: int | None = None  # answer everything with this status
    silent: bool = False  # take connections and never answer
    port: int = 0
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self, repo: str, folder: Path) -> str:
        """A new commit of `repo` ("owner/name") with the files of `folder`, which must not change afterwards."""
        digest = hashlib.sha1()
        for name, file in sorted(_files(folder).items()):
            digest.update(f"{name} {_oid(file)}\n".encode())
        self.repos.setdefault(repo, {})[digest.hexdigest()] = folder
        return digest.hexdigest()

    def commit(self, repo: str, revision: str) -> str | None:
        """The commit that a branch or a commit's own name means."""
        commits = self.repos.get(repo, {})
        if revision in commits:
            return revision
        return list(commits)[-1] if revision in ("main", "refs/convert/parquet") and commits else None

    def start(self) -> None:
        class Handler(_Handler):
            hub = self

        self._released.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = False  # so that `server_close` waits for the requests being answered
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        self._released.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = None

    def hold(self) -> None:
        """Keeps a request unanswered until the hub stops."""
        self._released.wait()

    def __enter__(self) -> "Hub":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Requests are kept in `Hub.requests`, not printed."""

    def _answer(self) -> None:
        self.hub.requests.append(f"{self.command} {self.path}")
        if self.hub.silent:
            return self.hub.hold()
        if self.hub.status:
            return self._send(self.hub.status, b"{}")
        parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        if parts[0] == "datasets":
            parts = parts[1:]
        if parts[:2] in (["api", "models"], ["api", "datasets"]) and len(parts) >= 4:
            return self._describe("/".join(parts[2:4]), parts[4:])
        if parts[2:3] == ["resolve"] and len(parts) >= 5:
            return self._file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        return self._send(404, b"{}")

    def _commit(self, repo: str, revision: str) -> str | None:
        """The commit, or None once the error has been answered."""
        commit = self.hub.commit(repo, revision)
        if repo not in self.hub.repos:
            self._send(404, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"})
        elif commit is None:
            self._send(404, b'{"error": "Invalid rev id"}', {"X-Error-Code": "RevisionNotFound"})
        return commit

    def _describe(self, repo: str, rest: list[str]) -> None:
        what, revision = (rest[0], rest[1]) if len(rest) >= 2 else ("revision", "main")
        commit = self._commit(repo, revision)
        if commit is None:
            return None
        files = _files(self.hub.repos[repo][commit])
        if what == "tree":
            return self._json([
                {"type": "file", "path": name, "size": file.stat().st_size, "oid": _oid(file)}
                for name, file in files.items()
            ])  # fmt: skip
        siblings = [{"rfilename": name} for name in files]
        return self._json({"_id": commit[:24], "id": repo, "modelId": repo, "sha": commit, "siblings": siblings})

    def _file(self, repo: str, revision: str, name: str) -> None:
        commit = self._commit(repo, revision)
        if commit is None:
            return
        headers = {"X-Repo-Commit": commit}
        file = _files(self.hub.repos[repo][commit]).get(name)
        if file is None:
            self._send(404, b"Entry not found", headers | {"X-Error-Code": "EntryNotFound"})
            return
        data, status = file.read_bytes(), 200
        headers |= {"ETag": f'"{_oid(file)}"', "Accept-Ranges": "bytes"}
        unit, _, first = self.headers.get("Range", "").partition("=")
        if unit == "bytes" and first.endswith("-"):
            status, start = 206, int(first[:-1])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            data = data[start:]
        self._send(status, data, headers)

    def _json(self, content: Any) -> None:
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _files(folder: Path) -> dict[str, Path]:
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}


def _oid(file: Path) -> str:
    data = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def make_hub_model(target: Path) -> Path:
    """Makes in `target` a model built as neuml/pubmedbert-base-splade is; it ranks otherwise than the bundled one.

    The layout is what sentence-transformers saves of `Transformer(…, transformer_task="fill-mask")` and
    `SpladePooling`: BertForMaskedLM, 30,522 terms, the tokenizer as tokenizer.json and vocab.txt.
    """
    shutil.copytree(BUNDLED, target)
    modules = json.loads((target / "modules.json").read_bytes())
    modules[0]["type"] = "sentence_transformers.base.modules.transformer.Transformer"
    (target / "modules.json").write_text(json.dumps(modules, indent=2))
    vocabulary = json.loads((target / "tokenizer.json").read_bytes())["model"]["vocab"]
    (target / "vocab.txt").write_text("".join(f"{term}\n" for term in sorted(vocabulary, key=vocabulary.__getitem__)))
    (target / "README.md").write_text("---\nlicense: apache-2.0\ntags: [splade]\n---\n# A model for tests\n")
    (target / ".gitattributes").write_text("*.safetensors filter=lfs diff=lfs merge=lfs -text\n")
    weights = load_file(target / "model.safetensors")
    name = "cls.predictions.transform.dense.weight"
    noise = np.random.default_rng(30522).standard_normal(weights[name].shape, dtype=np.float32)
    weights[name] = weights[name] + np.float32(0.7) * weights[name].std() * noise
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
    return target
