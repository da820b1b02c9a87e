"""Fine-tuning: a SPLADE model for one's own field, from texts, pairs or a teacher."""
