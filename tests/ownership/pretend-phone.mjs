// A vendor's module as simple as can be: registered or not, and calls that ring, are answered and
// end.

export function createPhone(frame) {
  let registered = false;
  const calls = new Map();
  const become = (on) => {
    if (registered === on) return;
    registered = on;
    frame.emit({ type: on ? "registered" : "unregistered" });
  };
  const end = (call, fields = {}) =>
    calls.delete(call) && frame.emit({ type: "ended", call, ...fields });
  const endAll = () => [...calls.keys()].forEach((call) => end(call, { ended_by: "agent" }));
  const commands = {
    register: () => become(true),
    unregister: () => become(false),
    set_availability: ({ availability }) => become(availability !== "offline"),
    answer: ({ call }) => {
      if (frame.microphone.closed() || calls.get(call) !== "ringing")
        throw new Error("no microphone");
      calls.set(call, "talking");
      frame.emit({ type: "answered", call });
    },
    hangup: ({ call }) => end(call, { ended_by: "agent" }),
  };
  const phone = {
    start: async ({ availability }) => become(availability !== "offline"),
    stop: async () => (endAll(), become(false)),
    leave: () => (endAll(), become(false)),
    command: async (name, args) => (commands[name]?.(args), { ok: name in commands }),
    fenced: () =>
      [...calls].forEach(([call, state]) => state === "ringing" && end(call, { cause: "missed" })),
    status: () => ({ registered, calls: [...calls.keys()] }),
  };
  globalThis.phone = {
    rings: () => registered && !frame.microphone.closed(),
    calls: () => Object.fromEntries(calls),
    comes: (call) => {
      if (!registered) return false;
      calls.set(call, "ringing");
      frame.emit({ type: "ringing", call, direction: "inbound", number: "0901000001" });
      return true;
    },
    hangsUp: (call) => end(call, { ended_by: "remote" }),
  };
  return phone;
}
