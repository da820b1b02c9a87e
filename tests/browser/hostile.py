"""A topic whose records hold, in every field, text that would harm a careless page."""

from pathlib import Path

from pubsearch.topic.topic import Topic
from tests import corpus

TEXTS = [
    "<script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1">',
    "&lt;b&gt; P<0.001 & n>30",
    "**bold** [link](javascript:window.ran=1) `code`",
    "costs $5 to $10, $x^2$, :red[alarm] :material/home: :smile:",
    "مرحبا بالعالم cafe\u0301",
]


def fill(topic: Topic, folder: Path) -> None:
    """Takes in one record for each of `TEXTS`, numbered from 1, and builds the index."""
    topic.import_files([corpus.write(folder / "hostile.xml", *map(_article, range(1, len(TEXTS) + 1), TEXTS))])
    topic.build()


def _article(pmid: int, text: str) -> bytes:
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    extra = (
        f'<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>{shown}</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>"
        f'<MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">{shown}</DescriptorName>'
        "</MeshHeading></MeshHeadingList>"
        f'<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">{shown}</Keyword></KeywordList>'
        f"<CoiStatement>{shown}</CoiStatement>"
    )
    article = corpus.article(pmid, shown, shown, extra=extra).decode()
    author = f"<AuthorList><Author><LastName>{shown}</LastName><ForeName>A</ForeName></Author></AuthorList>"
    kinds = f"<PublicationTypeList><PublicationType>{shown}</PublicationType></PublicationTypeList>"
    article = article.replace("<Language>eng</Language>", f"{author}<Language>eng</Language>{kinds}")
    return article.replace("<Title>Heart</Title>", f"<Title>{shown}</Title>").encode()
