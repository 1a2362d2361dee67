// The audio statistics of a peer connection as one flat record: counters since its beginning, and
// the last reports.

/**
 * @typedef {object} CallStats
 * @property {number} inbound_packets
 * @property {number} inbound_lost
 * @property {number} inbound_discarded came too late to be played
 * @property {number} jitter seconds
 * @property {number} inbound_energy
 * @property {number} buffer_delay seconds that all samples together waited in the jitter buffer
 * @property {number} buffer_emitted how many samples that were
 * @property {number} outbound_packets
 * @property {number} outbound_energy of the track that is sent now
 * @property {string} source which track that is
 * @property {number} round_trip seconds, to the far side
 * @property {number} path_round_trip seconds, to the next hop
 * @property {number} far_reports receiver reports of the far side
 * @property {number} far_lost share of our packets that it missed lately, 0 to 1
 * @property {number} far_jitter seconds
 * @property {string | null} codec
 * @property {string | null} candidate how the sound goes out: host, srflx, prflx, relay
 * @property {boolean} track_enabled
 * @property {boolean} track_dead the track has ended, or its device or system gives silence
 * @property {RTCPeerConnectionState} state of the peer connection
 */

/** @param {RTCPeerConnection} connection @returns {Promise<CallStats>} */
export async function measure(connection) {
  const stats = await connection.getStats();
  const reports = /** @type {any[]} */ ([...stats.values()]);
  /** @param {string} type */
  const audio = (type) =>
    reports.filter((report) => report.type === type && report.kind === "audio");
  /** @param {string} type @param {string} field @returns {number} */
  const sum = (type, field) =>
    audio(type).reduce((total, report) => total + (report[field] ?? 0), 0);
  return {
    inbound_packets: sum("inbound-rtp", "packetsReceived"),
    inbound_lost: sum("inbound-rtp", "packetsLost"),
    inbound_discarded: sum("inbound-rtp", "packetsDiscarded"),
    jitter: sum("inbound-rtp", "jitter"),
    inbound_energy: sum("inbound-rtp", "totalAudioEnergy"),
    buffer_delay: sum("inbound-rtp", "jitterBufferDelay"),
    buffer_emitted: sum("inbound-rtp", "jitterBufferEmittedCount"),
    outbound_packets: sum("outbound-rtp", "packetsSent"),
    outbound_energy: sum("media-source", "totalAudioEnergy"),
    source: audio("media-source")
      .map((report) => report.trackIdentifier)
      .join(),
    round_trip: sum("remote-inbound-rtp", "roundTripTime"),
    far_reports: sum("remote-inbound-rtp", "roundTripTimeMeasurements"),
    far_lost: sum("remote-inbound-rtp", "fractionLost"),
    far_jitter: sum("remote-inbound-rtp", "jitter"),
    codec: codecOf(stats, audio("inbound-rtp")[0]),
    ...wayOf(stats, reports),
    ...trackOf(connection),
    state: connection.connectionState,
  };
}

/** @param {RTCStatsReport} stats @param {any} inbound @returns {string | null} */
function codecOf(stats, inbound) {
  const { mimeType = "" } = /** @type {any} */ (stats).get(inbound?.codecId) ?? {};
  return mimeType.split("/")[1]?.toLowerCase() ?? null;
}

/**
 * @param {any} stats
 * @param {any[]} reports
 * @returns {{path_round_trip: number, candidate: string | null}}
 */
function wayOf(stats, reports) {
  const transport = reports.find(({ type }) => type === "transport");
  const named = stats.get(transport?.selectedCandidatePairId);
  const pair =
    named ??
    reports.find(
      ({ type, nominated, state }) =>
        type === "candidate-pair" && nominated && state === "succeeded",
    );
  return {
    path_round_trip: pair?.currentRoundTripTime ?? 0,
    candidate: stats.get(pair?.localCandidateId)?.candidateType ?? null,
  };
}

/**
 * @param {RTCPeerConnection} connection
 * @returns {{track_enabled: boolean, track_dead: boolean}}
 */
function trackOf(connection) {
  const tracks = audioSenders(connection).map(({ track }) => track);
  return {
    track_enabled: tracks.some((track) => track?.enabled),
    track_dead:
      tracks.length > 0 && tracks.every((track) => track?.readyState !== "live" || track.muted),
  };
}

/**
 * Those that send a sound, also one that has just ended.
 * @param {RTCPeerConnection} connection
 * @returns {RTCRtpSender[]}
 */
export function audioSenders(connection) {
  return connection.getSenders().filter(({ track }) => track?.kind === "audio");
}
