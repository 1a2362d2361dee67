// Finds the devices that the agent wants among those that are there. Agents choose by label: the
// ids of one headset differ per origin.

/** @typedef {"microphone" | "speaker" | "ringer"} Role */
/** @typedef {{kind: string, id: string, label: string}} Device */
/** @typedef {{echo: boolean, noise: boolean, gain: boolean}} Processing */
/**
 * @typedef {object} AudioChoice
 * @property {Record<Role, string>} labels "" for the system default
 * @property {Processing} processing
 * @property {number} ring_volume 0 to 1
 */

/** @type {Role[]} */
export const ROLES = ["microphone", "speaker", "ringer"];
/** @type {Record<Role, string>} */
export const KINDS = { microphone: "audioinput", speaker: "audiooutput", ringer: "audiooutput" };

/** @type {AudioChoice} */
export const SYSTEM_DEFAULT = {
  labels: { microphone: "", speaker: "", ringer: "" },
  processing: { echo: true, noise: true, gain: true },
  ring_volume: 1,
};

/**
 * Reads the choice that the page has sent, and fills the gaps.
 * @param {any} sent
 * @param {AudioChoice} before
 * @returns {AudioChoice}
 */
export function readChoice(sent, before) {
  const volume = Number(sent?.ring_volume ?? before.ring_volume);
  return {
    labels: mapOf(before.labels, (role, label) => String(sent?.labels?.[role] ?? label)),
    processing: mapOf(before.processing, (name, on) => Boolean(sent?.processing?.[name] ?? on)),
    ring_volume: volume >= 0 && volume <= 1 ? volume : before.ring_volume,
  };
}

/**
 * The id of the wanted device; "" where the system chooses, because nothing else is wanted or the
 * wanted one is not there.
 * @param {Device[]} devices @param {AudioChoice} choice @param {Role} role
 */
export function idFor(devices, choice, role) {
  return find(devices, choice, role)?.id ?? "";
}

/**
 * The roles whose wanted device is not there.
 * @param {Device[]} devices
 * @param {AudioChoice} choice
 * @returns {Role[]}
 */
export function missing(devices, choice) {
  return ROLES.filter((role) => choice.labels[role] && !find(devices, choice, role));
}

/** @param {Device[]} devices @param {AudioChoice} choice @param {Role} role */
function find(devices, choice, role) {
  const label = choice.labels[role];
  return label
    ? devices.find((device) => device.kind === KINDS[role] && device.label === label)
    : undefined;
}

/**
 * @template {string} Key @template Value
 * @param {Record<Key, Value>} values
 * @param {(key: Key, value: Value) => Value} change
 * @returns {Record<Key, Value>}
 */
function mapOf(values, change) {
  const entries = /** @type {[Key, Value][]} */ (Object.entries(values));
  return /** @type {Record<Key, Value>} */ (
    Object.fromEntries(entries.map(([key, value]) => [key, change(key, value)]))
  );
}
