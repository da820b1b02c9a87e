"""`python -m pubsearch`."""

from pubsearch.cli import main

main()
