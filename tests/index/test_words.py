"""What counts as a word, where it stands, and how much it weighs: as bm25s weighs it."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubsearch.index import bm25, vocabulary
from pubsearch.index.bm25 import WordCounts
from pubsearch.index.sparse import pack
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.index.words import tokens

TEXTS = [
    "IL-6 and COX-2 in heart failure. Patients with heart failure had more IL-6.",
    "Interleukin 6 (IL6) after infarction",
    "",
    "β-catenin and TGF-β1 in tumours: the tumour's fate",
    "the of and",
    "Trial NCT01234567 of 5-FU in CD4+ T cells",
]


def words(text: str) -> set[str]:
    return {word for word, _, _ in tokens(text)}


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("IL-6", "il6"),
        ("p53", "p53"),
        ("NCT01234567", "nct01234567"),
        ("COX-2", "cox2"),
        ("HbA1c", "hba1c"),
        ("5-FU", "5fu"),
        ("CD4+", "cd4"),
        ("TGF-β1", "tgfbeta1"),
        ("IL-17A", "il17a"),
    ],
)
def test_a_name_is_kept_whole(name: str, whole: str) -> None:
    assert whole in words(f"Levels of {name} rose.")


@pytest.mark.parametrize(
    ("whole", "forms"),
    [
        ("il6", ("IL-6", "IL6", "IL 6", "il-6", "IL‑6", "IL–6")),
        ("cox2", ("COX-2", "Cox2", "cox 2")),
        ("il17a", ("IL-17A", "IL17A", "IL 17A")),
        ("tgfbeta", ("TGF-β", "TGF-beta", "TGFβ")),
        ("betacatenin", ("β-catenin", "beta-catenin", "beta‐catenin")),
        ("metaanalysi", ("meta-analysis", "metaanalysis")),
    ],
)
def test_all_ways_to_write_a_name_share_the_whole(whole: str, forms: Sequence[str]) -> None:
    assert all(whole in words(form) for form in forms)


def test_a_name_is_found_by_its_parts() -> None:
    assert {"il", "6"} <= words("IL-6") & words("IL6") & words("IL 6")
    assert "catenin" in words("β-catenin")


@pytest.mark.parametrize(
    ("left", "right"),
    [("infarctions", "infarction"), ("Sjögren", "sjogren"), ("α", "alpha"), ("SNPs", "SNP"), ("RCTs", "rct")],
)
def test_forms_of_a_word_are_one(left: str, right: str) -> None:
    assert words(left) == words(right)


def test_words_of_the_stop_list_do_not_count() -> None:
    assert words("The use of aspirin has been shown") == words("aspirin")


def test_numbers_beside_each_other_are_not_joined() -> None:
    assert words("10-20") == {"10", "20"}


@given(st.text(max_size=200))
def test_each_place_holds_its_word(text: str) -> None:
    for word, start, end in tokens(text):
        assert 0 <= start < end <= len(text)
        assert word in words(text[start:end])


def test_threads_stem_as_one_does() -> None:
    texts = [f"running trials of {ending}ing patients {number}" for number in range(50) for ending in "abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokens, texts)) == [tokens(text) for text in texts]


# Weights


def weighed(texts: Sequence[str]) -> tuple[list[str], list[dict[str, float]]]:
    """The vocabulary, and each text's words with their weights."""
    counts = WordCounts(io.BytesIO(), len(texts))
    for row in reversed(range(len(texts))):
        counts.add(row, texts[row])
    known = counts.vocabulary()
    found: list[dict[str, float]] = [{} for _ in texts]
    for row, vector, times in counts.vectors(first=100):
        assert len(vector) == len(times) == counts.lengths[row]
        assert (np.diff(vector.terms) > 0).all()
        found[row] = {known[term - 100]: weight for term, weight in zip(vector.terms, vector.weights, strict=True)}
    return known, found


def test_weights_are_those_of_bm25s() -> None:
    peer = bm25s.BM25(method="lucene", k1=bm25.K1, b=bm25.B, dtype="float64")
    peer.index([[word for word, _, _ in tokens(text)] for text in TEXTS], show_progress=False)
    known, found = weighed(TEXTS)
    assert sorted(known) == known
    for word in known:
        scores = peer.get_scores([word])
        assert [weights.get(word, 0) for weights in found] == pytest.approx(scores.tolist(), rel=1e-6)


def test_the_order_of_counting_changes_nothing() -> None:
    assert weighed(TEXTS)[0] == weighed(TEXTS[::-1])[0]
    assert weighed(TEXTS)[1] == weighed(TEXTS[::-1])[1][::-1]


def test_texts_without_a_word_weigh_nothing() -> None:
    assert weighed(["", "the"]) == ([], [{}, {}])


def test_the_place_of_a_word_is_its_first() -> None:
    counts = WordCounts(io.BytesIO(), 1)
    counts.add(0, TEXTS[0])
    ((_, vector, _),) = counts.vectors(first=0)
    places = dict(zip(counts.vocabulary(), vector.origins.tolist(), strict=True))
    assert places["il6"] == pack(0, 4)
    assert places["heart"] == pack(18, 23)


def test_how_often_each_word_stands_in_a_text_is_given_beside_its_weight() -> None:
    counts = WordCounts(io.BytesIO(), 1)
    counts.add(0, "heart valve heart " + "lung " * 70_000)
    ((_, _, times),) = counts.vectors(first=0)
    assert dict(zip(counts.vocabulary(), times.tolist(), strict=True)) == {"heart": 2, "lung": 65_535, "valv": 1}


# The vocabulary on disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vocabulary.write(tmp_path / "words", sorted(["6", "heart", "il6", "infarct", "ß", "œdem", "𝛼"]))
    return tmp_path / "words"


def test_words_come_back_in_their_order(folder: Path) -> None:
    made = Vocabulary(folder, 100)
    assert [made[place] for place in range(len(made))] == sorted(["6", "heart", "il6", "infarct", "ß", "œdem", "𝛼"])


def test_a_question_holds_the_words_that_are_known_each_as_often_as_asked(folder: Path) -> None:
    text = "Infarction, heart infarctions and aspirin"
    vector = Vocabulary(folder, 100).vector(text)
    assert vector.terms.tolist() == [101, 103]
    assert vector.weights.tolist() == [1, 2]
    assert vector.origins.tolist() == [pack(12, 17), pack(0, 10)]


@pytest.mark.parametrize("text", ["", "aspirin", "zzz", "0"])
def test_a_question_of_unknown_words_is_empty(folder: Path, text: str) -> None:
    assert len(Vocabulary(folder, 100).vector(text)) == 0


def test_no_words_at_all_are_a_vocabulary(tmp_path: Path) -> None:
    vocabulary.write(tmp_path / "none", [])
    assert len(Vocabulary(tmp_path / "none", 100).vector("heart")) == 0


@pytest.mark.parametrize("name", ["starts", "text"])
def test_a_file_that_is_missing_or_short_is_named(folder: Path, name: str) -> None:
    path = folder / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=f"{name}.npy is cut short"):
        Vocabulary(folder, 100)
    path.unlink()
    with pytest.raises(ValueError, match=f"{name}.npy is missing"):
        Vocabulary(folder, 100)


def test_files_of_other_words_are_noticed(folder: Path, tmp_path: Path) -> None:
    vocabulary.write(tmp_path / "other", ["heart"])
    (folder / "text.npy").write_bytes((tmp_path / "other/text.npy").read_bytes())
    with pytest.raises(ValueError, match="do not belong together"):
        Vocabulary(folder, 100)
