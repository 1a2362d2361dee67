"""The files that browsers fetch once: packed, kept for ever under a versioned address, and
announced before they are asked for.

In production their address holds a fingerprint of all of them, so a browser never asks again and
never mixes two releases: modules import each other by relative addresses, which stay below the same
fingerprint. Comments (a third of the scripts) and indentation are stripped; line numbers are kept.
In development the address is plain, the file is as it was written, and each use is checked, so that
an edit is seen at once.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

_YEAR = 365 * 86_400
_VERSION = re.compile(r"v-[0-9a-f]{12}/")
_IMPORT = re.compile(
    r"""^(?:import|export)\b[^'"]*?from\s*["'](\.\.?/[^"']+)["']|^import\s*["'](\.\.?/[^"']+)["']""",
    re.MULTILINE,
)
_SMALL = 512  # a packed file would not be smaller
# The first that a browser takes is sent: brotli is a seventh smaller than gzip.
_PACK: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=6),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
# The best quality takes about 5 ms per KB, once for each file and process, and nothing else runs
# meanwhile.
_BEST, _LARGE = 11, 65_536
# Whole lines, the types between the words of a line, and what a line begins with. A compiler finds
# the same script in both (a test).
_COMMENT = {
    ".js": re.compile(
        r"^[ \t]*//[^\n]*|^[ \t]*/\*(?:[^*]|\*(?!/))*\*/|/\*\*[^\n]*?\*/[ \t]?|^[ \t]+",
        re.MULTILINE,
    ),
    ".css": re.compile(r"/\*(?:[^*]|\*(?!/))*\*/|^[ \t]+", re.MULTILINE),
}


def init_static_files(app: Flask, *, development: bool) -> None:
    folder = Path(str(app.static_folder))
    version = "" if development else f"v-{_fingerprint(folder)}/"

    def serve(filename: str) -> Response:
        given = _VERSION.match(filename)
        name = filename[given.end() :] if given else filename
        return _answer(
            folder, name, kept=given is not None and given.group() == version, bare=bool(version)
        )

    def versioned(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and version:
            values["filename"] = version + values["filename"]

    app.view_functions["static"] = serve
    app.url_defaults(versioned)
    app.jinja_env.globals["static"] = f"/static/{version}".rstrip("/")
    app.jinja_env.globals["modules"] = lambda entry: _modules(folder / entry, folder)


def packed_page(html: str) -> Response:
    """A compressed page, which must repeat nothing of its request: an attacker who chooses a part
    of a compressed page can guess the rest (its CSRF token) from the length.
    """
    answer = Response(html, mimetype="text/html")
    answer.vary.add("Accept-Encoding")
    if coding := _best_coding():
        answer.set_data(_PACK[coding](html.encode()))
        answer.content_encoding = coding
    return answer


def _best_coding() -> str:
    return next((coding for coding in _PACK if request.accept_encodings.quality(coding)), "")


def _answer(folder: Path, name: str, *, kept: bool, bare: bool) -> Response:
    path = Path(safe_join(str(folder), name) or "/")
    if not path.is_file():
        abort(404)
    state = path.stat()
    body, coding = _packed(path, state.st_mtime_ns, _best_coding(), bare=bare)
    answer = Response(body, mimetype=guess_type(name)[0] or "text/plain")
    answer.vary.add("Accept-Encoding")
    if coding:
        answer.content_encoding = coding
    if kept:
        answer.cache_control.max_age, answer.cache_control.immutable = _YEAR, True
        return answer  # its address is its version: an entity tag would be a tenth of a small file
    answer.cache_control.no_cache = True
    answer.set_etag(f"{state.st_mtime_ns:x}-{state.st_size:x}{'-' * bool(coding)}{coding}")
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=1024)
def _packed(path: Path, _changed: int, coding: str, *, bare: bool) -> tuple[bytes, str]:
    """The file in that coding, or as it is (coding "") where packing does not pay.

    `_changed` makes an edited file another one.
    """
    strip = bare and path.suffix in _COMMENT and "vendor" not in path.parts
    body = without_comments(path) if strip else path.read_bytes()
    if not coding or len(body) < _SMALL:
        return body, ""
    best = bare and coding == "br" and len(body) < _LARGE
    packed = brotli.compress(body, quality=_BEST) if best else _PACK[coding](body)
    return (packed, coding) if len(packed) < len(body) * 0.9 else (body, "")


def without_comments(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (
        _COMMENT[path.suffix].sub(lambda comment: "\n" * comment.group().count("\n"), text).encode()
    )


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=32)
def _modules(entry: Path, folder: Path) -> tuple[str, ...]:
    """The module and all that it imports. A browser that gets the whole list at once need not find
    them one after another.
    """
    found = [entry]
    for path in found:
        for module in _IMPORT.findall(path.read_text(encoding="utf-8")):
            needed = (path.parent / (module[0] or module[1])).resolve()
            if needed not in found and needed.is_file():
                found.append(needed)
    return tuple(path.relative_to(folder).as_posix() for path in found)
