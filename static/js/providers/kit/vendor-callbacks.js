// The functions that a vendor's script calls.

/**
 * An error in a handler does not reach the script, which may swallow it and stop half-way: it is
 * reported. Every name has a function, because some scripts fail where one is missing.
 * @template {string} Name
 * @param {import("../../types/provider").PhoneFrame} frame
 * @param {readonly Name[]} names
 * @param {Partial<Record<Name, (...args: any[]) => void>>} handlers
 * @param {(name: Name) => void} received runs after each callback, a failed one as well
 * @returns {Record<string, (...args: any[]) => void>}
 */
export const vendorCallbacks = (frame, names, handlers, received) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      (...args) => {
        try {
          handlers[name]?.(...args);
        } catch (error) {
          console.error("phone", name, error);
          frame.emit({ type: "unknown", raw: { callback: name, error: String(error) } });
        }
        received(name);
      },
    ]),
  );
