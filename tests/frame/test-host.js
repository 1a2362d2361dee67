// A workspace in miniature: phone frames behind the real PhoneHost, and a record of what they say.

import { PhoneHost } from "/static/js/phone/phone-host.js";

window.phones = {};
const timers = [];

window.bring = (name, origin, session) => {
  const host = new PhoneHost(name, origin, name);
  const phone = { host, events: [], statuses: [], news: [] };
  host.onevent = (event) => phone.events.push(event);
  host.onstatus = (status) => phone.statuses.push(status);
  host.onmessage = (message) => phone.news.push(message);
  window.phones[name] = phone;
  timers.push(setInterval(() => host.sendAlive(), 1000));
  return host.start(session);
};

/** As a closed page: its frames end without a word. */
window.clear = () => {
  timers.splice(0).forEach(clearInterval);
  document.querySelectorAll("iframe").forEach((frame) => frame.remove());
  window.phones = {};
};

/**
 * Loads a phone page without the handshake, and says how it answers a port: "ready" or "silent".
 */
window.offer = async (
  url,
  say = (frame, port) => frame.contentWindow.postMessage({ type: "console.port" }, "*", [port]),
) => {
  const frame = Object.assign(document.createElement("iframe"), {
    src: url,
    allow: "microphone; autoplay",
  });
  await new Promise((resolve) => {
    frame.onload = resolve;
    document.body.append(frame);
  });
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data.type);
    setTimeout(resolve, 700, "silent");
  });
  say(frame, port2);
  return answer;
};

document.body.dataset.loaded = "yes";
