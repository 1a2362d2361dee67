"""Applications and their people, as tests/application.py makes them."""

from tests.application import app, person, quick_passwords, run, settings, store, url

__all__ = ["app", "person", "quick_passwords", "run", "settings", "store", "url"]
