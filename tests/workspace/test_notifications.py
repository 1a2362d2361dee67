"""A notification with actions: the service worker passes a click to the tab with the phone."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.pages.agent_page import AgentPage, OpenAgentPage

HIDDEN = "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'});"
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const shown = (await registration?.getNotifications()) ?? [];
  return shown.map(({ title, actions }) => [title, ...actions.map(({ action }) => action)]);
}"""
# No script may press the system's notification: the worker gets the event of such a press.
PRESS = """async () => {
  const [notification] = await self.registration.getNotifications();
  const init = { notification, action: "answer" };
  self.dispatchEvent(new NotificationEvent("notificationclick", init));
}"""


def shown(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(SHOWN)
    return found


def test_a_call_is_answered_from_its_notification(
    agent_page: OpenAgentPage, bob: AgentPage
) -> None:
    alice = agent_page("alice", script=HIDDEN, permissions=["microphone", "notifications"])
    alice.available()
    bob.dial("1001")
    alice.call("ringing")
    alice.wait_until(lambda: shown(alice.page) == [["Bob is calling", "answer", "decline"]])
    alice.context.service_workers[0].evaluate(PRESS)
    alice.call("active")
    alice.wait_until(lambda: shown(alice.page) == [])
    bob.press("hangup")
    alice.no_call()


def test_nothing_is_registered_before_notifications_are_allowed(
    agent_page: OpenAgentPage, bob: AgentPage
) -> None:
    alice = agent_page("alice").available()
    bob.dial("1001")
    alice.call("ringing")
    assert alice.page.evaluate("navigator.serviceWorker.getRegistrations()") == []
    bob.press("hangup")
    alice.no_call()
