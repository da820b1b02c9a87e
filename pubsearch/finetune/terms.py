"""New terms for a model: words of its field that it knows by pieces alone.

A general vocabulary splits "placebo" into "place" and "##bo", and "hypertension" into three. Pieces are shared by words
that have nothing to do with one another, so that a whole word tells more, is read sooner, and explains a score better.
"""

from collections import Counter
from collections.abc import Iterable

import torch
from sentence_transformers import SparseEncoder
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from pubsearch.errors import UserError
from pubsearch.finetune.texts import Text

# Shorter ones are mostly units and names of variables.
SHORTEST = 3
# A word of fewer texts is learnt from too little.
FEWEST_TEXTS = 3


def split_words(texts: Iterable[Text], model: SparseEncoder, number: int) -> list[str]:
    """The words that the model's tokenizer splits, at most `number`, those of most texts first.

    Raises:
        UserError: the tokenizer does not split words by WordPiece.
    """
    tokenizer = _tokenizer(model)
    known = tokenizer.get_vocab()
    counts: Counter[str] = Counter()
    for text in texts:
        whole = f"{text.title} {text.abstract}"
        if tokenizer.normalizer is not None:
            whole = tokenizer.normalizer.normalize_str(whole)
        counts.update({word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(whole)})
    found = [
        (-count, word)
        for word, count in counts.items()
        if count >= FEWEST_TEXTS and len(word) >= SHORTEST and word.isalpha() and word not in known
    ]
    return [word for _, word in sorted(found)[:number]]


def add(model: SparseEncoder, words: Iterable[str]) -> None:
    """Makes each word one term of the model, in place; it begins as the sum of the pieces that it was split into.

    Raises:
        UserError: the tokenizer does not split words by WordPiece.
    """
    tokenizer, language = _tokenizer(model), model[0].auto_model
    former: WordPiece = tokenizer.model
    pieces = {word: tokenizer.encode(word, add_special_tokens=False).ids for word in words}
    first = len(language.get_output_embeddings().weight)
    numbers = {word: first + place for place, word in enumerate(pieces)}
    tokenizer.model = WordPiece(
        tokenizer.get_vocab(with_added_tokens=False) | numbers,
        unk_token=former.unk_token,
        max_input_chars_per_word=former.max_input_chars_per_word,
        continuing_subword_prefix=former.continuing_subword_prefix,
    )
    language.resize_token_embeddings(first + len(pieces), mean_resizing=False)
    model[1].embedding_dimension = first + len(pieces)
    projection = language.get_output_embeddings()
    # input and output may be one matrix: then it is written twice, with the same numbers
    grown = [language.get_input_embeddings().weight, projection.weight, projection.bias]
    with torch.no_grad():
        for word, parts in pieces.items():
            for rows in grown:
                rows[numbers[word]] = rows[parts].sum(0)


def _tokenizer(model: SparseEncoder) -> Tokenizer:
    tokenizer: Tokenizer = model.tokenizer.backend_tokenizer
    if not isinstance(tokenizer.model, WordPiece):
        raise UserError("The model does not split words by WordPiece, so none can be added: leave out --words.")
    return tokenizer
