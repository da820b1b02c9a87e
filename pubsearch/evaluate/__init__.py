"""How good a model ranks: the tables of a model's card, and judged questions."""
