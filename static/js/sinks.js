// Where a sound comes out. A browser that cannot choose, or a speaker that has just gone, means the system's own.

/** @typedef {{setSinkId?: (id: string) => Promise<void>}} Sink an audio element or an audio context */

/** @param {object} output @param {string} id "": the system's @returns {Promise<void>} */
export async function playOn(output, id) {
  const sink = /** @type {Sink} */ (output);
  if (!sink.setSinkId) return;
  await sink.setSinkId(id).catch(() => sink.setSinkId?.("").catch(() => {}));
}
