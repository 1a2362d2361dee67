"""Files that a browser fetches once: packed, kept for ever in production, and together light."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask, render_template_string, url_for
from flask.testing import FlaskClient

from console.static_files import init_static_files, without_comments

ROOT = Path(__file__).resolve().parents[1]
YEAR = "31536000"


@pytest.fixture(params=[False, True], ids=["production", "development"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    app = Flask("console", static_folder=str(ROOT / "static"), root_path=str(ROOT))
    init_static_files(app, development=request.param)
    app.config["DEVELOPMENT"] = request.param
    with app.test_request_context():
        yield app


@pytest.fixture
def production() -> Iterator[FlaskClient]:
    app = Flask("console", static_folder=str(ROOT / "static"), root_path=str(ROOT))
    init_static_files(app, development=False)
    with app.test_request_context():
        yield app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_files_are_cached_in_production_but_not_in_development(
    app: Flask, client: FlaskClient
) -> None:
    address = url_for("static", filename="js/workspace.js")
    kept = client.get(address).headers["Cache-Control"]
    assert ("immutable" in kept and YEAR in kept) is not app.config["DEVELOPMENT"]
    assert ("/v-" in address) is not app.config["DEVELOPMENT"]
    assert "no-cache" in client.get("/static/js/workspace.js").headers["Cache-Control"]


def test_files_of_the_last_release_are_served_but_not_cached(
    app: Flask, client: FlaskClient
) -> None:
    answer = client.get("/static/v-0123456789ab/js/workspace.js")
    assert answer.status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [
        ("gzip, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
    ],
)
def test_files_have_the_best_encoding_that_a_browser_accepts(
    app: Flask, client: FlaskClient, accepted: str, coding: str, unpack: Callable[[bytes], bytes]
) -> None:
    plain = client.get("/static/js/workspace.js")
    packed = client.get("/static/js/workspace.js", headers={"Accept-Encoding": accepted})
    assert (
        packed.headers["Content-Encoding"] == coding and packed.headers["Vary"] == "Accept-Encoding"
    )
    assert unpack(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert (
        client.get(
            "/static/js/workspace.js", headers={"If-None-Match": plain.headers["ETag"]}
        ).status_code
        == 304
    )


@pytest.mark.parametrize(
    "path",
    [
        "../console/config.py",
        "..%2fapp.py",
        "v-0123456789ab/../../app.py",
        "",
        "js",
        "css/..%2f..%2fapp.py",
    ],
)
def test_nothing_else_is_served(app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_page_lists_all_its_modules(app: Flask) -> None:
    named = render_template_string(
        "{% for module in modules('js/workspace.js') %}{{ module }} {% endfor %}"
    ).split()
    assert named[0] == "js/workspace.js" and len(named) == len(set(named))
    assert {"js/workspace/call-view.js", "js/client/server-link.js", "js/page/i18n.js"} <= set(
        named
    )
    assert "js/phone-frame.js" not in named  # it belongs to another page


def test_a_wall_loads_no_phone_modules(app: Flask) -> None:
    named = render_template_string(
        "{% for module in modules('js/wall.js') %}{{ module }} {% endfor %}"
    ).split()
    folders = {name.split("/")[1] for name in named if name.count("/") == 2}
    assert folders == {"client", "page", "wall"}
    assert {"js/client/tab-owner.js", "js/client/fence.js"}.isdisjoint(named)


def test_a_script_without_comments_is_the_same_script(tmp_path: Path) -> None:
    """A compiler reads both and writes the same; the lines keep their numbers."""
    scripts = sorted((ROOT / "static/js").rglob("*.js"))
    for script in scripts:
        assert without_comments(script).count(b"\n") == script.read_bytes().count(b"\n")
    whole = compiled(
        tmp_path / "whole", {script.relative_to(ROOT): script.read_bytes() for script in scripts}
    )
    bare = compiled(
        tmp_path / "bare",
        {script.relative_to(ROOT): without_comments(script) for script in scripts},
    )
    assert [name for name in whole if whole[name] != bare[name]] == []


def compiled(folder: Path, scripts: dict[Path, bytes]) -> dict[Path, str]:
    for name, script in scripts.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(script)
    options = [
        "--allowJs",
        "--removeComments",
        "--noCheck",
        "--noResolve",
        "--target",
        "esnext",
        "--module",
        "esnext",
    ]
    run = [
        str(ROOT / "node_modules/.bin/tsc"),
        *options,
        "--rootDir",
        str(folder / "in"),
        "--outDir",
        str(folder / "out"),
    ]
    subprocess.run(
        [*run, *(str(folder / "in" / name) for name in scripts)],
        check=True,
        timeout=120,
        cwd=folder,
    )
    return {name: (folder / "out" / name).read_text(encoding="utf-8") for name in scripts}
