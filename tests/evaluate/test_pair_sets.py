"""Where pairs come from: files of any usual format, records, and the model card's sets at a hub."""

import gzip
import lzma
from pathlib import Path

import pandas
import pytest

from pubsearch.errors import FileError, WorldError
from pubsearch.evaluate import card
from pubsearch.evaluate.pair_sets import of_card, of_demo, of_file, of_records
from tests.conftest import DATA
from tests.demo_records import demo_records
from tests.hub.server import Hub

PAIRS = pandas.DataFrame(
    {
        "pmid": [1, 2, 3, 4],
        "title": ["Asthma in children", "“None”, or NA?", "", "2021-03-01"],
        "abstract": ["Inhaled steroids,\nor not.", "null", "has no title", "1e5"],
    }
)
FIRST, SECOND = ("Asthma in children", "“None”, or NA?", "2021-03-01"), ("Inhaled steroids,\nor not.", "null", "1e5")


def written(path: Path) -> Path:
    if ".json" in path.suffixes:
        PAIRS.to_json(path, orient="records")
    elif ".jsonl" in path.suffixes:
        PAIRS.to_json(path, orient="records", lines=True)
    elif ".parquet" in path.suffixes:
        PAIRS.to_parquet(path)
    else:
        PAIRS.to_csv(path, sep="\t" if ".tsv" in path.suffixes else ",", index=False)
    return path


@pytest.mark.parametrize(
    "name", ["a.json", "a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.csv.gz", "a.jsonl.zst", "a.tsv.xz", "a.jsonl.bz2"]
)
def test_every_format_gives_the_texts_as_they_are(tmp_path: Path, name: str) -> None:
    found = of_file(written(tmp_path / name))
    assert (found.first, found.second, found.left_out) == (FIRST, SECOND, 1)
    assert (found.title, found.source, found.columns) == (name, str(tmp_path / name), ("title", "abstract"))


def test_pubmedqas_own_file_is_read_as_it_is() -> None:
    found = of_card("pubmedqa", DATA / "pubmedqa" / "ori_pqal.json")
    assert (found.title, found.columns, len(found.first)) == ("PubMed QA", ("QUESTION", "LONG_ANSWER"), 50)
    assert found.first[0].startswith("Do mitochondria play a role")
    assert found.second[0].startswith("Results depicted mitochondrial dynamics")


def test_columns_are_named_where_the_file_has_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    PAIRS.rename(columns={"title": "Claim", "abstract": "evidence"}).to_csv(path, index=False)
    with pytest.raises(FileError, match="has the columns pmid, Claim, evidence: name the two to compare: --columns"):
        of_file(path)
    assert of_file(path, ("claim", "evidence")).first == FIRST
    with pytest.raises(FileError, match="name the two to compare"):
        of_file(path, ("claim", "absent"))


def test_commas_at_the_ends_of_lines_move_no_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("question,long_answer,note\nq1,a1,n1,\nq2,a2,n2,\n")
    found = of_file(tmp_path / "a.csv")
    assert (found.first, found.second) == (("q1", "q2"), ("a1", "a2"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "cannot be read"),
        ("a.csv", b"title,abstract\na,b\n", "has fewer than two pairs of title and abstract"),
        ("a.csv", b"title,abstract\n\xff,b\n", "cannot be read"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.jsonl", b'{"title": "a"', "cannot be read"),
        ("a.jsonl", b'{"title": "a", "abstract": ["b", "c"]}\n', "Row 1 of .* has no text in title or abstract"),
        ("a.jsonl.zst", b"no zstd", "cannot be read"),
        ("a.csv.gz", gzip.compress(b"title,abstract\na,b\n" * 99)[:-20] + bytes(20), "cannot be read"),
        ("a.csv.xz", lzma.compress(b"title,abstract\na,b\n" * 99)[:-20] + bytes(20), "cannot be read"),
        ("a.json.gz", gzip.compress(b"[]"), r"its name ends in “\.json\.gz”"),
        ("a.json", b"3", "cannot be read"),
        ("a.json", b'[{"title": "a", "abstract": "b"}, 3]', "cannot be read"),
        ("a.json", b"[]", "has the columns none"),
        ("a.json", b"[" * 100_000, "cannot be read"),
        ("a.parquet", b"no parquet", "cannot be read"),
        ("a.docx", b"", r"its name ends in “\.docx”.*give a file that ends in \.json"),
    ],
)
def test_a_file_that_gives_no_pairs_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=said):
        of_file(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"absent\.csv cannot be read"):
        of_file(tmp_path / "absent.csv")


def test_records_pair_their_titles_with_their_abstracts() -> None:
    found = of_demo()
    assert (len(found.first), found.left_out) == (1495, 274)
    assert sorted(found.second) == sorted(of_records("", "", demo_records()).second)


def test_a_set_of_the_card_comes_whole_from_the_hub(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "pubmedqa"
    for split, part in (("train", 0), ("train", 1), ("partial-test", 0)):
        (folder / "pqa_labeled" / split).mkdir(parents=True, exist_ok=True)
        path = folder / "pqa_labeled" / split / f"000{part}.parquet"
        pandas.DataFrame({"question": [f"q{part}", "b"], "long_answer": ["c", "d"], "pubid": [1, 2]}).to_parquet(path)
    hub.publish("qiaojin/PubMedQA", folder)
    found = of_card("pubmedqa")
    assert (found.title, found.source, found.first) == ("PubMed QA", "qiaojin/PubMedQA", ("q0", "b", "q1", "b"))


def test_a_set_that_the_hub_has_in_part_or_not_at_all_is_refused_with_the_way_out(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "summary/pubmed/partial-validation").mkdir(parents=True)
    PAIRS.to_parquet(tmp_path / "summary/pubmed/partial-validation/0000.parquet")
    hub.publish("armanc/scientific_papers", tmp_path / "summary")
    with pytest.raises(WorldError, match=r"PubMed Summary cannot be had .*no whole validation .*: summary=FILE\."):
        of_card("summary")
    with pytest.raises(WorldError, match=r"PubMed Subset cannot be had .*: subset=FILE\."):
        of_card("subset")
    hub.stop()
    with pytest.raises(WorldError, match=r"PubMed QA cannot be had from http://127\.0\.0\.1.*: pubmedqa=FILE\."):
        of_card("pubmedqa")


def test_the_cards_figures_have_the_cards_averages() -> None:
    averages = {model: sum(figures.values()) / 3 for model, figures in card.PEARSON.items()}
    assert averages == pytest.approx(
        {
            "all-MiniLM-L6-v2": 93.46,
            "bge-base-en-v1.5": 93.78,
            "gte-base": 95.37,
            "pubmedbert-base-embeddings": 95.62,
            "S-PubMedBert-MS-MARCO": 92.69,
        },
        abs=0.005,
    )
