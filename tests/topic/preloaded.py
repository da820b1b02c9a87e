"""What the children of a test are forked with: all is imported, and the rules by which transformers reads models are
made, which takes longer than a small build; nothing was computed by threads, which no child would have.
"""

import gc

import transformers.models.bert.modeling_bert
import transformers.models.bert.tokenization_bert  # noqa: F401
from transformers.conversion_mapping import get_checkpoint_conversion_mapping

import pubsearch.topic.build
import pubsearch.topic.ingest
import pubsearch.topic.install
import pubsearch.topic.version  # noqa: F401

get_checkpoint_conversion_mapping("bert")
# The collection that follows the loading of a model then looks at the child's own objects alone.
gc.freeze()
