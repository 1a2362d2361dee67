from tests.frame.fixtures import inspected, phone, site, talking

__all__ = ["inspected", "phone", "site", "talking"]
