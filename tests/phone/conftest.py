from tests.pages.fixtures import agent_page, kept_page, kept_pages

__all__ = ["agent_page", "kept_page", "kept_pages"]
