from tests.frame.fixtures import (
    host_context,
    inspected,
    kept_host,
    phone,
    shared_page,
    site,
    talking,
)

__all__ = ["host_context", "inspected", "kept_host", "phone", "shared_page", "site", "talking"]
