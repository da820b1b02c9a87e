"""The Streamlit pages: widgets and layout only; `render` alone makes HTML."""
