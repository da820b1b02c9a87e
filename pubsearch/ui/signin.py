"""Who may see the page: anybody, or, where the operator has configured OpenID Connect, those who have signed in.

Streamlit's secrets configure it: `[auth]`, which st.login and its Authlib work by, and `[members]`, who among the
provider's users may search. docs/operators.md tells how.
"""

from collections.abc import Sequence

import streamlit as st

ASK = "Sign in to search."
NOT_A_MEMBER = "This account may not search here: ask whoever runs this page, or sign in with another account."


def passed() -> bool:
    """Whether this visitor may see the page; draws the way in where not, and the way out where they signed in."""
    if not is_configured():
        return True
    if not st.user.is_logged_in:
        st.title("pubsearch", anchor=False)
        st.text(ASK)
        st.button("Sign in", type="primary", on_click=st.login)
        return False
    member = is_member()
    if not member:
        st.title("pubsearch", anchor=False)
        st.text(NOT_A_MEMBER)
    st.button("Sign out", type="tertiary", on_click=st.logout)
    return member


def is_configured() -> bool:
    """Whether visitors have to sign in."""
    return bool(st.secrets.load_if_toml_exists() and st.secrets.get("auth"))


def is_member() -> bool:
    """Whether this visitor has signed in as somebody who may search here."""
    emails = st.secrets.get("members", {}).get("emails", ())
    return bool(st.user.is_logged_in) and (not emails or admits(emails, verified_email()))


def verified_email() -> str:
    """The address of the account; empty where the provider gives none, or says that nobody verified it."""
    # some providers send text for what OpenID Connect Core 1.0, section 5.1, makes a boolean
    unverified = st.user.get("email_verified") in (False, "false")
    return "" if unverified else str(st.user.get("email") or "")


def admits(emails: Sequence[str], email: str) -> bool:
    """Whether `email` is one of `emails`, in any case; "@hospital.example" there stands for all of that host."""
    name, _, host = email.casefold().rpartition("@")
    return bool(name) and not {f"{name}@{host}", f"@{host}"}.isdisjoint(entry.casefold() for entry in emails)
