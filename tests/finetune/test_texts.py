"""What is learnt from: titles and abstracts, their sentences and conclusions, and pairs."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from pubsearch.errors import FileError
from pubsearch.finetune.texts import Pair, Text, of_records, read_pairs, read_texts
from tests.demo_records import demo_records

ABSTRACT = (
    "BACKGROUND: Heart attacks kill. METHODS: We gave aspirin. RESULTS: Fewer died. "
    "CONCLUSIONS: Aspirin prevents deaths. It should be given early to all who can take it, whatever their age."
)
ENTRY = {"title": "Aspirin after a heart attack", "abstract": ABSTRACT}


def lines(*entries: object) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def test_a_text_knows_its_sentences_and_its_conclusion(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(lines(ENTRY))
    (text,) = read_texts(path)
    assert text.title == ENTRY["title"]
    assert text.abstract == ABSTRACT
    assert text.conclusion == ABSTRACT[ABSTRACT.index("CONCLUSIONS") :]
    assert text.findings == f"{ENTRY['title']} {ABSTRACT[: ABSTRACT.index('CONCLUSIONS')].strip()}"


@pytest.mark.parametrize(
    ("last", "conclusion"),
    [
        ("Further trials are needed.", "Three. Further trials are needed."),
        ("A" + "n" * 90 + ".", "A" + "n" * 90 + "."),
    ],
    ids=["too short to stand alone", "long enough"],
)
def test_without_a_label_the_last_sentence_concludes(tmp_path: Path, last: str, conclusion: str) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(lines({"title": "T", "abstract": f"One. Two. Three. {last}"}))
    (text,) = read_texts(path)
    assert text.conclusion == conclusion


def test_texts_without_a_title_or_of_few_sentences_teach_nothing(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(lines({"title": "", "abstract": ABSTRACT}, {"title": "T", "abstract": "One. Two. Three."}))
    assert list(read_texts(path)) == []


def test_files_may_be_compressed(tmp_path: Path) -> None:
    plain = lines(ENTRY).encode()
    (tmp_path / "texts.jsonl.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "texts.jsonl.zst").write_bytes(zstandard.compress(plain))
    assert list(read_texts(tmp_path / "texts.jsonl.gz")) == list(read_texts(tmp_path / "texts.jsonl.zst"))


def test_records_are_texts() -> None:
    texts = list(of_records(demo_records()))
    assert len(texts) > len(demo_records()) / 2
    assert all(isinstance(text, Text) and len(text.sentences) >= 4 for text in texts)


def test_pairs_have_an_anchor_a_positive_and_perhaps_a_negative(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(lines({"anchor": "a", "positive": "b"}, {"anchor": "c", "positive": "d", "negative": "e"}))
    assert list(read_pairs(path)) == [Pair("a", "b"), Pair("c", "d", "e")]


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        "[" * 100_000,
        '{"title": "T"}',
        '{"title": "\\ud800", "abstract": "A."}',
        '{"title": "T", "abstract": 3}',
        '"text"',
    ],
)
def test_a_line_that_is_no_text_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(lines(ENTRY) + line)
    with pytest.raises(FileError, match=r"Line 2 of .* is no text: give a JSON object with"):
        list(read_texts(path))


@pytest.mark.parametrize(
    "line", ["3", '{"anchor": "a"}', '{"anchor": "a", "positive": ""}', '{"anchor": 1, "positive": 2}']
)
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(line)
    with pytest.raises(FileError, match=r"Line 1 of .* is no pair: give a JSON object with"):
        list(read_pairs(path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b"\xff\xfe"),
        ("a.jsonl.gz", b"no gzip"),
        ("a.jsonl.gz", gzip.compress(lines(ENTRY).encode())[:-20]),
        ("a.jsonl.zst", b"no zstd"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match="cannot be read"):
        list(read_texts(tmp_path / name))
    with pytest.raises(FileError, match="cannot be read"):
        list(read_texts(tmp_path / "absent.jsonl"))
