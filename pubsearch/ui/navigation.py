"""The script that Streamlit runs for each visitor: page config and navigation, nothing else."""

import streamlit as st

from pubsearch.ui import pages, signin

st.set_page_config(page_title="pubsearch", page_icon="🔎")
page = st.navigation([pages.search(), pages.record(), pages.marked(), pages.topics()], position="hidden")
if signin.passed():
    page.run()
