"""The script that Streamlit runs for each visitor: page config and navigation, nothing else."""

import streamlit as st

from pubsearch.ui import search

st.set_page_config(page_title="pubsearch", page_icon="🔎")
st.navigation([st.Page(search.page, title="pubsearch", url_path="search", default=True)], position="hidden").run()
