"""A new provider is one folder per side and one row in the registry.

The provider of this test lives in tests/providers/tel. It is added to a copy of the project, as
docs/adding-a-provider.md says.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pages
from tests.pages import NewContext
from tests.pages.agent_page import AgentPage
from tests.servers import ROOT, ConsoleServer
from tests.servers.console_server import plain_environment

pytestmark = pytest.mark.browser

TEL = Path(__file__).with_name("tel")
COPIED = ("app.py", "gunicorn.conf.py", "console", "static", "templates", "translations")
REGISTRY = "console/providers/__init__.py"
ADDED = {REGISTRY, "console/providers/tel/__init__.py", "static/js/providers/tel/index.js"}
CLICKS = """
const hand = (event) => { event.preventDefault(); globalThis.__clicked = event.target.href; };
addEventListener("click", (event) => event.target.href?.startsWith("tel:") && hand(event), true);
"""


def add_provider(project: Path) -> None:
    for file, target in (("server.py", "console/providers/tel/__init__.py"),
                         ("browser.js", "static/js/providers/tel/index.js")):  # fmt: skip
        (project / target).parent.mkdir()
        shutil.copy(TEL / file, project / target)
    registry = project / REGISTRY
    text = registry.read_text(encoding="utf-8")
    assert text.count('"vcc")') == 1
    registry.write_text(text.replace('"vcc")', '"vcc", "tel")'), encoding="utf-8")


def files(folder: Path) -> set[str]:
    found = (path for name in COPIED for path in [folder / name, *(folder / name).rglob("*")])
    return {
        str(path.relative_to(folder))
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Console with the new provider."""
    copy = tmp_path_factory.mktemp("project")
    for name in COPIED:
        kind = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        kind(ROOT / name, copy / name)
    add_provider(copy)
    return copy


class CopiedConsole(ConsoleServer):
    """Console as served from the copy; Olga's line is on the new provider."""

    project: Path

    def argv(self) -> list[str]:
        return [sys.executable, str(self.project / "app.py")]

    def flask(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command],
            cwd=self.project,
            env=plain_environment({**self.settings, "instance": self.dir / "instance"}),
            check=True,
            timeout=60,
        )


@pytest.fixture(scope="module")
def copied(project: Path) -> Iterator[CopiedConsole]:
    CopiedConsole.project = project
    with CopiedConsole(by_hand=True) as server:
        server.flask("create-connection", "Other", "tel", "Tel links")
        server.flask("create-line", "Other", "Tel links", "olga", "1")
        yield server


def test_it_touches_one_folder_per_side_and_one_row(project: Path) -> None:
    before, after = files(ROOT), files(project)
    changed = {
        name
        for name in before & after
        if not filecmp.cmp(ROOT / name, project / name, shallow=False)
    }
    assert (after - before) | changed == ADDED and before <= after
    old, new = ((place / REGISTRY).read_text().splitlines() for place in (ROOT, project))
    assert [line for line in new if line not in old] == ['FOLDERS: Final = ("sip", "vcc", "tel")']


def test_its_phone_dials_and_hangs_up_from_the_workspace(
    copied: CopiedConsole, new_context: NewContext
) -> None:
    context = new_context()
    context.add_init_script(CLICKS)
    olga = AgentPage(context, copied, "olga").available()
    olga.dial("0912345678")
    card = olga.page.locator(".call[data-state=active]")
    card.wait_for()
    frame = next(frame for frame in olga.page.frames if "/phone/" in frame.url)
    assert frame.evaluate("globalThis.__clicked") == "tel:+84912345678"
    olga.press("hangup")
    olga.page.locator(".call[data-state=ended]").wait_for()
    pages.leave(context, copied.url)
