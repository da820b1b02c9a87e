"""A full disk and a folder that may not be written: one sentence, nothing lost, and reading goes on."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pubsearch.topic.library import Library
from tests import corpus

# A mount of one's own, which needs no root where the system allows user namespaces, as Debian does.
NAMESPACE = ["unshare", "--map-root-user", "--mount"]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where each script mounts a disk of its own."""
    if subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode:
        if os.environ.get("CI"):
            pytest.fail("this machine gives no user namespace, so there is no small disk to fill")
        pytest.skip("this machine gives no user namespace (unshare -rm)")
    return tmp_path / "indexes"


def script(disk: Path, size: str, *lines: str) -> subprocess.CompletedProcess[str]:
    """Runs the lines in a shell with a disk of `size` at PUBSEARCH_HOME; `pubsearch` is the command."""
    pubsearch = f'pubsearch() {{ {shlex.quote(sys.executable)} -m pubsearch "$@"; }}'
    head = [pubsearch, f"mkdir -p {disk}", f"mount -t tmpfs -o size={size} disk {disk}"]
    return subprocess.run(
        [*NAMESPACE, "sh", "-c", "\n".join([*head, *lines])], capture_output=True, text=True, check=False,
        env={**os.environ, "PUBSEARCH_HOME": str(disk), "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return corpus.write(tmp_path / "records.xml", *corpus.real_articles(40))


@pytest.mark.parametrize("size", ["24k", "400k"])
def test_a_disk_that_fills_up_is_told_and_nothing_is_lost(disk: Path, records: Path, size: str) -> None:
    done = script(
        disk, size,
        "pubsearch topic create t --model bundled && pubsearch import t records.xml && pubsearch build t",
        "echo code $?",
        f"mount -o remount,size=100m {disk}",
        "pubsearch import t records.xml && pubsearch build t && pubsearch search t heart",
    )  # fmt: skip
    assert records.exists()
    assert "code 1" in done.stdout
    assert f"The disk that holds {disk}" in done.stderr
    assert "is full: make room and run the command again; nothing was lost." in done.stderr
    assert "of 40 records match" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_freed_by_deleting_a_topic(disk: Path, records: Path) -> None:
    done = script(
        disk, "600k",
        "pubsearch topic create t --model bundled && pubsearch import t records.xml",
        f"dd if=/dev/zero of={disk}/filled bs=4k 2> {records.parent}/dd",
        "pubsearch import t records.xml; echo code $?",
        "pubsearch topic delete t --confirm t && pubsearch topic create u --model bundled && pubsearch topic list",
    )  # fmt: skip
    assert "code 1" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines()[-1].startswith("u: ")


@pytest.mark.parametrize("size", ["9m", "30m"])
def test_a_training_on_a_disk_that_fills_up_goes_on_once_there_is_room(disk: Path, tmp_path: Path, size: str) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text(
        "".join(f'{{"title": "Title {n}", "abstract": "One. Two. Three. Four {n}."}}\n' for n in range(100))
    )
    finetune = f"pubsearch finetune {disk}/mine --texts {texts} --steps 2 --batch 2"
    done = script(disk, size, f"{finetune}; echo code $?", f"mount -o remount,size=400m {disk}", finetune)
    assert "code 1" in done.stdout
    assert "is full: make room and run the command again; nothing was lost." in done.stderr
    assert "in 2 steps" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_folder_that_may_not_be_written_is_still_searched(disk: Path, records: Path, tmp_path: Path) -> None:
    made = Library(tmp_path / "made").create("t", "", model="bundled")
    made.import_files([records])
    made.build()
    done = script(
        disk, "100m",
        f"cp -r {made.folder} {disk}",
        f"mount -o remount,ro {disk}",
        "pubsearch search t heart",
        "for command in 'topic create u' 'import t records.xml' 'build t'; do pubsearch $command; echo code $?; done",
    )  # fmt: skip
    assert records.exists()
    assert "of 40 records match" in done.stdout
    assert done.stdout.count("code 1") == 3
    assert done.stderr.count("may not be written: give this user the right") == 3
    assert "Traceback" not in done.stderr
