"""A collection ranks as a topic does, whether it is one or a file's texts."""

from dataclasses import replace

import numpy as np
import pytest

from pubsearch.errors import TopicError, UserError
from pubsearch.evaluate.collection import Collection, abstracts_of, of_texts, of_topic
from pubsearch.evaluate.texts import Text
from pubsearch.search.results import Rank
from pubsearch.topic.library import Library
from pubsearch.topic.progress import silent
from pubsearch.topic.topic import Topic

QUESTIONS = ["treatment of tuberculosis", "C552", "qwertzuiop"]


def test_a_topics_collection_is_its_served_version(topic: Topic, collection: Collection) -> None:
    records = {str(record.pmid): record for record in topic.records()}
    assert sorted(collection.ids, key=int) == list(collection.ids)
    assert [(text.id, text.text) for text in collection.texts()] == [
        (pmid, records[pmid].text) for pmid in collection.ids
    ]
    assert (collection.rank, collection.weight) == ("both", 1.5)


def test_a_topics_own_weight_counts(topic: Topic) -> None:
    weighed = Topic(topic.folder)
    weighed.about = replace(weighed.about, words_weight=0.5)
    assert of_topic(weighed).weight == 0.5


@pytest.mark.parametrize("rank", ["both", "meaning", "words"])
def test_texts_outside_of_a_topic_have_the_scores_that_they_have_in_one(collection: Collection, rank: Rank) -> None:
    outside = of_texts("texts", list(collection.texts()), collection.model, silent)
    for question in QUESTIONS:
        first, second = (
            each.postings.scores(vector.terms, vector.weights)
            for each in (collection, outside)
            for vector in [each.question(question, rank)]
        )
        assert first == pytest.approx(second, abs=1e-5)
    assert [outside.term(term) for term in outside.vectors[3].terms] == [
        collection.term(term) for term in collection.vectors[3].terms
    ]


def test_a_term_is_called_by_its_word_piece_or_by_its_word_in_quotes(collection: Collection) -> None:
    terms = [collection.term(term) for term in collection.question("liver", "both").terms]
    assert {"liver", "“liver”"} <= set(terms)


def test_known_items_are_found_by_their_abstracts_alone(collection: Collection) -> None:
    abstracts, known = abstracts_of(collection, 5, 0, silent)
    assert len(abstracts.ids) == len(collection.ids) - 1
    assert len(known.queries) == 5
    assert all(text.title == "" for text in abstracts.texts())
    titles = {text.id: text.title for text in collection.texts()}
    assert known.queries == {name: titles[name] for name in known.queries}
    assert known.qrels == {name: {name: 1} for name in known.queries}
    assert (abstracts.rank, abstracts.weight) == (collection.rank, collection.weight)


def test_known_items_need_an_abstract_and_a_title_that_no_other_has(collection: Collection) -> None:
    texts = [
        Text("1", "Reply", "We agree."),
        Text("2", "reply", "We do not."),
        Text("3", "Alone", ""),
        Text("4", "", "A"),
    ]
    replies = of_texts("replies", texts, collection.model, silent)
    with pytest.raises(UserError, match="No text of replies has an abstract and a title of its own"):
        abstracts_of(replies, 5, 0, silent)
    with_one = of_texts("texts", [*texts, Text("5", "Asthma", "It wheezes.")], collection.model, silent)
    assert abstracts_of(with_one, 5, 0, silent)[1].queries == {"5": "Asthma"}


def test_the_seed_decides_which_items_are_asked(collection: Collection) -> None:
    first, again, other = (abstracts_of(collection, 5, seed, silent)[1].queries for seed in (0, 0, 1))
    assert first == again != other


def test_a_topic_that_was_never_built_says_what_to_do(topic: Topic) -> None:
    with pytest.raises(TopicError, match="run pubsearch build t"):
        of_topic(Library(topic.folder.parent).create("t", "q", model="bundled"))


def test_texts_without_a_word_are_never_found(collection: Collection) -> None:
    empty = of_texts("texts", [Text("1", "", "."), Text("2", "Asthma", "")], collection.model, silent)
    vector = empty.question("asthma", "words")
    assert np.flatnonzero(empty.postings.scores(vector.terms, vector.weights)).tolist() == [1]
