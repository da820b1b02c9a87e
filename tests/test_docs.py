"""Every command that the documentation shows is run, and says nothing of an error."""

import gzip
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import pubsearch
from pubsearch import cli
from pubsearch.finetune.texts import of_records
from pubsearch.topic.library import Library
from tests import corpus
from tests.conftest import DATA
from tests.demo_records import demo_records
from tests.eutils.server import EutilsServer
from tests.hub.server import Hub

ROOT = Path(pubsearch.__file__).parent.parent
GUIDES = ["docs/clinicians.md", "docs/librarians.md", "docs/operators.md", "docs/quality.md"]
PAGES = ["README.md", *GUIDES, "docs/design.md"]
# those of the topic about asthma in the guide for librarians
YEARS = range(2010, 2021)
BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    blocks = BLOCK.findall((ROOT / page).read_text())
    return [command.strip() for block in blocks for line in block.splitlines() for command in line.split("&&")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_does_what_it_says(
    page: str, live_eutils_server: EutilsServer, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    corpus.write(tmp_path / "records.xml", *corpus.real_articles(5))
    asked = dict(
        enumerate(2 * [each for each in demo_records() if "asthma" in each.text.lower() and each.year in YEARS])
    )
    (tmp_path / "queries.tsv").write_text("".join(f"{number}\t{each.title}\n" for number, each in asked.items()))
    (tmp_path / "qrels.txt").write_text("".join(f"{number} 0 {each.pmid} 1\n" for number, each in asked.items()))
    (tmp_path / "strategy.txt").write_text("#1 asthma[tiab]\n#2 child*[tiab]\n#3 #1 AND #2\n")
    (tmp_path / "known.txt").write_text("22441635\n")
    texts = [{"title": text.title, "abstract": text.abstract} for text in of_records(demo_records())]
    (tmp_path / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts[:120]))
    (tmp_path / "pairs.jsonl").write_text('{"anchor": "asthma", "positive": "inhaled steroids"}\n')
    shutil.copy(DATA / "pubmedqa" / "ori_pqal.json", tmp_path)
    shutil.copytree(DATA / "cohen2006", tmp_path, dirs_exist_ok=True)
    (tmp_path / "claims.jsonl").write_text('{"id": 1, "text": "Steroids help in asthma.", "split": "dev"}\n')
    (tmp_path / "claims_qrels.txt").write_text("1 0 7 1\n")
    claimed = {"id": "7", "title": "Inhaled steroids", "abstract": "Asthma was treated with steroids."}
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(json.dumps(claimed).encode()))
    if page == "docs/operators.md":
        topic = Library(tmp_path / "librarian").create("hearts", "heart", model="bundled")
        topic.import_files([tmp_path / "records.xml"])
        topic.build()
        topic.bundle(tmp_path / "hearts.tar.zst", records=True)
    for command in commands(page):
        program, *arguments = shlex.split(command)
        if program in ("pubsearch", ".venv/bin/pubsearch") and arguments[0] not in ("demo", "serve"):
            with pytest.raises(SystemExit) as ended:
                cli.main(arguments)
            assert not ended.value.code, command
        else:
            # What makes the environment, the demo and the server: `make install`, tests/test_demo.py and tests/browser.
            assert is_run_elsewhere(command), command
    assert hub.url


def is_run_elsewhere(command: str) -> bool:
    if command.startswith("make "):
        return (
            subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, capture_output=True, check=False).returncode
            == 0
        )
    recipe = (ROOT / "Makefile").read_text().replace("$(PYTHON)", "python3").replace("$(VENV)", ".venv")
    recipe = recipe.replace("$(BIN)", ".venv/bin")
    plain = re.sub(r" --(port|host|site) \S+", "", command)
    return plain in recipe


def test_every_command_is_documented() -> None:
    shown = "\n".join((ROOT / page).read_text() for page in PAGES)
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    topic = [f"topic {command.name}" for command in cli.topics.app.registered_commands]
    strategy = [f"strategy {command.name}" for command in cli.strategy.app.registered_commands]
    evaluate = [f"evaluate {each.name or each.callback.__name__}" for each in cli.evaluate.app.registered_commands]
    assert not [name for name in names + topic + strategy + evaluate if f"pubsearch {name}" not in shown]


@pytest.mark.parametrize(
    "page", [*PAGES, "docs/engine.md", "docs/encoder.md", "CHANGELOG.md", "docs/decisions/README.md"]
)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text())
    assert not [link for link in links if not ((ROOT / page).parent / link).exists()]


def test_every_module_is_in_the_design() -> None:
    shown = (ROOT / "docs/design.md").read_text()
    modules = {path.name for path in (ROOT / "pubsearch").rglob("*.py") if not path.name.startswith("__")}
    assert not {name for name in modules - {"release.py", "progress.py"} if name not in shown}


def test_every_pinned_requirement_is_used() -> None:
    places = ["pubsearch/**/*.py", "tests/**/*.py", "Makefile", "pyproject.toml", ".pre-commit-config.yaml"]
    files = [path for place in places for path in ROOT.glob(place) if path != Path(__file__)]
    code = "\n".join(path.read_text() for path in files)
    traces = {
        "accelerate": "SparseEncoderTrainer",
        "biopython": "Bio",
        "pytest-socket": "--disable-socket",
        "pytest-xdist": "--numprocesses",
        "pre-commit": "repo: local",
    }
    traces |= {"import-linter": "importlinter"}
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    assert all("==" in line for line in lines)
    names = [line.partition("==")[0] for line in lines]
    assert not [name for name in names if traces.get(name, name.replace("-", "_")) not in code]
