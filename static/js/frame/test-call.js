// The test call: a short tone, then four seconds of the agent's voice, recorded and played on the
// chosen speaker.

import { Meter } from "./levels.js";
import { stopTracks } from "./microphone.js";
import { playOnOutput } from "./media.js";

const TONE_MS = 500;
const VOICE_MS = 4000;
const LOOK_MS = 80;

/**
 * @typedef {object} TestOptions
 * @property {() => Promise<MediaStream>} open
 * @property {() => string} speaker
 * @property {(on: boolean) => void} tone
 * @property {(stage: "tone" | "record" | "play" | "done") => void} report
 */

/**
 * @param {TestOptions} options
 * @returns {Promise<number>} how loud the voice was at its loudest, 0 to 1
 */
export async function testCall({ open, speaker, tone, report }) {
  const stream = await open();
  try {
    report("tone");
    tone(true);
    await pause(TONE_MS);
    tone(false);
    report("record");
    const [voice, peak] = await Promise.all([record(stream), peakOf(stream)]);
    // a headset that plays and records at once sounds like a phone; this shows the microphone at
    // its best
    stopTracks(stream);
    report("play");
    await play(voice, speaker());
    return peak;
  } finally {
    tone(false);
    stopTracks(stream);
    report("done");
  }
}

/** @param {MediaStream} stream @returns {Promise<Blob>} */
async function record(stream) {
  const mediaRecorder = new MediaRecorder(stream);
  /** @type {Blob[]} */
  const chunks = [];
  mediaRecorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  const stopped = new Promise((resolve) => mediaRecorder.addEventListener("stop", resolve));
  mediaRecorder.start();
  await pause(VOICE_MS);
  // a microphone that was pulled has stopped it already
  if (mediaRecorder.state !== "inactive") mediaRecorder.stop();
  await stopped;
  return new Blob(chunks, { type: mediaRecorder.mimeType });
}

/** @param {MediaStream} stream @returns {Promise<number>} */
async function peakOf(stream) {
  const [context, meter] = [new AudioContext(), new Meter()];
  let peak = 0;
  for (const end = performance.now() + VOICE_MS; performance.now() < end; await pause(LOOK_MS)) {
    peak = Math.max(peak, meter.read(context, stream.getAudioTracks()[0]));
  }
  meter.drop();
  await context.close();
  return peak;
}

/** @param {Blob} voice @param {string} speaker */
async function play(voice, speaker) {
  const audio = new Audio(URL.createObjectURL(voice));
  await playOnOutput(audio, speaker);
  const over = new Promise((resolve) => {
    audio.addEventListener("ended", resolve);
    audio.addEventListener("error", resolve);
    setTimeout(resolve, VOICE_MS + 1000);
  });
  await audio.play().then(
    () => over,
    () => {},
  );
  audio.pause();
  URL.revokeObjectURL(audio.src);
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
