from tests.frame.fixtures import host_context, inspected, phone, shared_page, site, talking

__all__ = ["host_context", "inspected", "phone", "shared_page", "site", "talking"]
