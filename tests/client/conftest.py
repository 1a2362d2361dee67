from tests.pages.fixtures import agent_page, alice, bob, kept_page, kept_pages

__all__ = ["agent_page", "alice", "bob", "kept_page", "kept_pages"]
