from tests.pages.fixtures import agent_page, alice, bob

__all__ = ["agent_page", "alice", "bob"]
