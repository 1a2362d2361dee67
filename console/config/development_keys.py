"""Throw-away keys for development, so that none have to be set."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def development_keys(folder: Path) -> dict[str, str]:
    """The keys of this directory, kept so that a restart signs nobody out."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "development-keys.json"
    if not path.exists():
        fresh = {
            "secret_key": secrets.token_urlsafe(48),
            "encryption_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh), encoding="utf-8")
        try:
            os.link(draft, path)  # atomic; a second process uses the keys of the first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept
