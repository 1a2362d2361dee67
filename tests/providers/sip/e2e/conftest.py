from tests.frame.fixtures import inspected, phone, site, talking
from tests.pages.fixtures import agent_page, alice, bob, with_carol

__all__ = ["agent_page", "alice", "bob", "inspected", "phone", "site", "talking", "with_carol"]
