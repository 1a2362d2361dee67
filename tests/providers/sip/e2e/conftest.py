from tests.frame.fixtures import (
    host_context,
    inspected,
    kept_host,
    phone,
    shared_page,
    site,
    talking,
)
from tests.pages.fixtures import agent_page, alice, bob, kept_page, kept_pages, with_carol

__all__ = [
    "agent_page",
    "alice",
    "bob",
    "host_context",
    "inspected",
    "kept_host",
    "kept_page",
    "kept_pages",
    "phone",
    "shared_page",
    "site",
    "talking",
    "with_carol",
]
