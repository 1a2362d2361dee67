"""Debian's Chromium under Playwright, made to behave as a person's browser does."""

from __future__ import annotations

import contextlib
from typing import Any

from playwright.sync_api import Browser, BrowserType, Error, Playwright

CHROMIUM = "/usr/bin/chromium"

# Playwright turns ThirdPartyStoragePartitioning off; a console in a CRM's iframe then behaves as in
# no real browser (storage and Web Locks throw, BroadcastChannel leaks between sites). The last
# --disable-features on the command line wins, so this is Playwright's own list without that one,
# and with the last three: look at it again whenever Playwright is upgraded.
DISABLED_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # Two pages of the browser's own for each window, which nobody sees: they cost more than
    # Console's page does.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # A process kept ready for the next page, which a test's new browser seldom opens: a tenth of
    # what it costs to sit down.
    "SpareRendererForSitePerProcess",
)

FAKE_MICROPHONE = "--use-fake-device-for-media-stream"  # beeps once a second

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    FAKE_MICROPHONE,
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",  # calls work on a machine that has only lo
    "--disable-features=" + ",".join(DISABLED_FEATURES),
    # Nothing leaves the machine: no other name resolves.
    (
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE"
        " 127.0.0.1"
    ),
]


def launch(playwright: Playwright, *, microphone: bool = True, **options: Any) -> Browser:
    """Microphone permission belongs to the context: new_context(permissions=["microphone"]);
    without it, it is denied.
    """
    args = [arg for arg in CHROMIUM_ARGS if microphone or arg != FAKE_MICROPHONE]
    return start(playwright.chromium, args, **options)


def start(chromium: BrowserType, args: list[str], **options: Any) -> Browser:
    browser = chromium.launch(executable_path=CHROMIUM, args=args, **options)
    _without_tab_strips(browser)
    return browser


def _without_tab_strips(browser: Browser) -> None:
    """Every window fills the screen, which leaves its page as it is.

    A tab strip, which nobody sees, is painted sixty times a second while a page loads, and for five
    seconds more when it listens to the microphone: that took as much of the processor as all of
    Console's own pages.
    """
    windows = browser.new_browser_cdp_session()

    def fill_the_screen(event: dict[str, Any]) -> None:
        with contextlib.suppress(Error):  # a page that is gone already
            window = windows.send(
                "Browser.getWindowForTarget", {"targetId": event["targetInfo"]["targetId"]}
            )["windowId"]
            windows.send(
                "Browser.setWindowBounds",
                {"windowId": window, "bounds": {"windowState": "fullscreen"}},
            )

    windows.on("Target.targetCreated", fill_the_screen)
    windows.send("Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "page"}]})
