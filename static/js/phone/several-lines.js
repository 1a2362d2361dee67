// Lines of several phone systems, which know nothing of each other.

/** @typedef {import("./line-info.js").Line} Line */
/** @typedef {import("./phone-host.js").PhoneHost} PhoneHost */
/** @typedef {Map<string, PhoneHost>} Hosts by connection */

/** @param {Line[]} lines @param {Hosts} hosts @returns {string | undefined} the connection */
export function firstWorking(lines, hosts) {
  const works = lines.find(({ connection }) => hosts.get(connection)?.status.registered);
  return (works ?? lines[0])?.connection;
}

/** @param {Hosts} hosts */
export function unregisterIdle(hosts) {
  for (const host of hosts.values())
    if (host.status.registered && !host.status.calls.length) void host.command("unregister");
}

/**
 * Puts the calls of other lines on hold.
 * @param {Hosts} hosts @param {PhoneHost} host @param {(call: string) => boolean} isTalking
 */
export async function holdOthers(hosts, host, isTalking) {
  const others = [...hosts.values()].filter((other) => other !== host);
  const calls = others.flatMap((other) => other.status.calls.map((call) => ({ other, call })));
  const talking = calls.filter(({ call }) => isTalking(call));
  await Promise.all(talking.map(({ other, call }) => other.command("hold", { call })));
}
