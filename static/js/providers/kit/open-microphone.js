// The microphone for a call: opened, or refused with the code of the answer.

import { microphoneCode, stopTracks } from "../../frame/microphone.js";
import { CommandError } from "./run-command.js";

/** @import { Microphone } from "../../frame/microphone.js" */

/**
 * Opens it, which takes as long as the person needs to allow it, and then prepares the call.
 * @param {Microphone} microphone
 * @param {() => Promise<string>} prepare returns why the call is no longer wanted; "": it is
 */
export async function openMicrophone(microphone, prepare) {
  const stream = await microphone.open().catch(() => null);
  if (!stream) throw refusal(microphone);
  try {
    const code = await prepare();
    if (code) throw new CommandError(code);
    return stream;
  } catch (error) {
    stopTracks(stream);
    throw error;
  }
}

/** Makes sure that a vendor's script will be able to open it. @param {Microphone} microphone */
export async function checkMicrophone(microphone) {
  const { fenced, state } = microphone;
  if (fenced || (state !== "ok" && (await microphone.check()) !== "ok")) throw refusal(microphone);
}

/** @param {Microphone} microphone */
const refusal = ({ fenced, state }) => new CommandError(fenced ? "fenced" : microphoneCode(state));
