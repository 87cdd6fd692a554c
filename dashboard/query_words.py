"""Words that are added to the photo on the Search page, where all chosen encoders read text."""

from collections.abc import Iterable

import streamlit as st

from core.encoders.spec import Encoder
from core.words import MOST_CHARACTERS, checked_words
from dashboard.components import plain

# In the address, too.
WORDS = "words"


def show_words(encoders: Iterable[Encoder]) -> str:
    """The field, and what stands in it; "" without a field, where one of the encoders reads no text."""
    if any(encoder.run_texts is None for encoder in encoders):
        return ""
    # The address leads, and may come from anywhere: what is too long is cut.
    st.session_state[WORDS] = st.query_params.get(WORDS, "")[:MOST_CHARACTERS]

    def remember() -> None:
        if words := checked_words(st.session_state[WORDS]):
            st.query_params[WORDS] = words
        else:
            st.query_params.pop(WORDS, None)

    typed = st.text_input(
        "Add words",
        key=WORDS,
        max_chars=MOST_CHARACTERS,
        placeholder="Add words: in red, with long sleeves, for men",
        icon=":material/add_notes:",
        label_visibility="collapsed",
        on_change=remember,
    )
    return checked_words(typed)


def words_added(reason: str, words: str) -> str:
    """What was searched, with the words that were added; safe to show as Markdown."""
    return f"{reason} and “{plain(words)}”" if words else reason
