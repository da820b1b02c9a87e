"""A build makes a whole new version and switches to it; nothing is encoded twice, and nothing is ever half."""

import json
import shutil
from pathlib import Path

import pytest
from txtai import Embeddings

from pubsearch.errors import ModelError, StorageError, UserError, VersionError
from pubsearch.search.searcher import Searcher
from pubsearch.topic import current
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from tests import corpus


def shards(topic: Topic) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in topic.folder.glob("vectors/*/*.safetensors")}


def test_a_version_counts_what_it_holds(library: Library, tmp_path: Path) -> None:
    topic = library.create("t", "", model="bundled")
    retracted = "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'/></CommentsCorrectionsList>"
    articles = (
        corpus.article(3, "Three"),
        corpus.article(1, "One", "An abstract."),
        corpus.article(2, "Two", extra=retracted),
    )
    topic.import_files([corpus.write(tmp_path / "a.xml", *articles)])
    topic.import_files([corpus.write(tmp_path / "b.xml", b"<DeleteCitation><PMID>3</PMID></DeleteCitation>")])
    made = topic.build()
    assert (made.counts.records, made.counts.deleted, made.counts.without_abstract, made.counts.retracted) == (
        2,
        1,
        1,
        1,
    )
    assert made.model.name == "splade-tiny-pubmed"
    assert topic.served() == made.version


def test_rows_ascend_by_pmid(topic: Topic) -> None:
    topic.build()
    version = topic.open(topic.served() or "")
    pmids = [record.pmid for record in version.catalogue.records(range(8))]
    assert pmids == sorted(record.pmid for record in topic.records())


def test_the_catalogue_holds_every_record_whole(topic: Topic) -> None:
    topic.build()
    kept = topic.open(topic.served() or "").catalogue.records(range(8))
    assert kept == sorted(topic.records(), key=lambda record: record.pmid)


def test_a_second_build_encodes_nothing_and_has_the_same_content(topic: Topic) -> None:
    first, vectors = topic.build(), shards(topic)
    second = topic.build()
    assert second.version != first.version
    assert second.content == first.content
    assert shards(topic) == vectors


def test_new_records_alone_are_encoded(topic: Topic, tmp_path: Path) -> None:
    first, vectors = topic.build(), shards(topic)
    topic.import_files([corpus.write(tmp_path / "one.xml", corpus.article(5, "A ninth record"))])
    second = topic.build()
    assert second.counts.records == 9
    assert second.content != first.content
    added = shards(topic).keys() - vectors.keys()
    assert len(added) == 1


def test_the_version_before_is_kept_and_older_ones_are_not(topic: Topic) -> None:
    names = [topic.build().version for _ in range(3)]
    assert sorted(path.name for path in (topic.folder / "versions").iterdir()) == sorted(names[1:])


def test_a_topic_without_records_says_what_to_do(library: Library) -> None:
    with pytest.raises(UserError, match="run pubsearch ingest t"):
        library.create("t", "q", model="bundled").build()


def test_a_build_with_another_model_makes_it_the_topics_model(topic: Topic, library: Library, tmp_path: Path) -> None:
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    made = topic.build(str(copy))
    assert made.model.name == "my-model"
    assert str(tmp_path) not in (topic.folder / "versions" / made.version / "manifest.json").read_text()
    assert library.topic(topic.name).about.model == str(copy)


def test_plain_txtai_opens_a_version_and_ranks_the_same(topic: Topic) -> None:
    made = topic.build()
    embeddings = Embeddings()
    embeddings.load(str(topic.folder / "versions" / made.version / "txtai"))
    assert embeddings.config["sparse"]["path"] == "splade-tiny-pubmed"
    searcher = Searcher(topic)
    for query in ("heart failure in patients", "gene expression", "treatment of children"):
        rows = embeddings.search(f"select id, text, score from txtai where similar('{query}') limit 10")
        hits = [hit for hit in searcher.search(query, 10, rank="meaning").hits if hit.score > 0]
        assert [row["id"] for row in rows] == [str(hit.pmid) for hit in hits]
        assert [row["text"] for row in rows] == [hit.record.text for hit in hits]
        assert [row["score"] for row in rows] == pytest.approx([hit.score for hit in hits], abs=1e-4)
    embeddings.close()


def test_the_txtai_configuration_names_the_model_and_no_path(topic: Topic) -> None:
    made = topic.build()
    for path in (topic.folder / "versions" / made.version / "txtai").glob("config*"):
        assert str(topic.folder).encode() not in path.read_bytes()
        assert b"splade-tiny-pubmed" in path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        "manifest.json",
        "catalogue.sqlite",
        "facets/published.npy",
        "rows/weights.npy",
        "rows/starts.npy",
        "words/text.npy",
        "txtai/documents",
        "txtai/scoring/00000.data.npy",
    ],
)
def test_a_version_of_which_a_file_is_gone_or_short_says_so(topic: Topic, damage: str) -> None:
    folder = topic.folder / "versions" / topic.build().version
    path = folder / damage
    content = path.read_bytes()
    for spoil in (lambda: path.write_bytes(content[:-10]), path.unlink):
        spoil()
        with pytest.raises(VersionError, match=r"damaged .*pubsearch build hearts"):
            Searcher(topic).search("heart")
    topic.build()
    assert Searcher(topic).search("heart").total == 8


def test_a_version_of_another_format_says_so(topic: Topic) -> None:
    manifest = topic.folder / "versions" / topic.build().version / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 4', '"format": 99'))
    with pytest.raises(VersionError, match="format 99, this pubsearch reads 4"):
        Searcher(topic).search("heart")


def test_another_model_under_the_same_name_is_never_taken(topic: Topic, tmp_path: Path) -> None:
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    topic.build(str(copy))
    pooling = copy / "1_SpladePooling/config.json"
    pooling.write_text(pooling.read_text().replace('"relu"', '"log1p_relu"'))
    with pytest.raises(ModelError, match="pubsearch build"):
        Searcher(topic).search("heart")


def test_two_writers_do_not_meet(topic: Topic) -> None:
    with writing(topic.folder, "import"), pytest.raises(StorageError, match="Another process is writing"):
        Topic(topic.folder).build()


def test_a_build_with_another_model_that_is_killed_before_the_switch_is_made_up_for(
    topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = topic.build().version

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(current, "switch", killed)
        with pytest.raises(KeyboardInterrupt):
            topic.build("splade-tiny")
    again = Topic(topic.folder)
    assert (again.served(), again.about.model) == (before, "splade-tiny")
    assert again.build().model.name == "splade-tiny"


def test_a_build_clears_away_what_a_killed_one_left_anywhere(topic: Topic) -> None:
    topic.build()
    shards = next((topic.folder / "vectors").iterdir())
    for folder in (topic.folder, topic.folder / "records", topic.folder / "versions", shards):
        (folder / ".tmp-left").write_bytes(b"half a file")
    topic.build()
    assert not list(topic.folder.rglob(".tmp-*"))


def test_a_version_of_the_format_before_says_so(topic: Topic) -> None:
    path = topic.folder / "versions" / topic.build().version / "manifest.json"
    former = json.loads(path.read_bytes()) | {"format": 3}
    del former["model"]["terms"]
    path.write_text(json.dumps(former))
    with pytest.raises(VersionError, match="format 3, this pubsearch reads 4: run pubsearch build hearts"):
        Searcher(topic).search("heart")


def test_a_name_of_the_served_version_that_is_no_text_is_damage(topic: Topic) -> None:
    topic.build()
    (topic.folder / "CURRENT").write_bytes(b"\xff\n")
    with pytest.raises(VersionError, match=r"damaged .*pubsearch build hearts"):
        Searcher(topic).search("heart")
