/** A command that a phone does not carry out. Its message is the code of the answer. */
export class CommandError extends Error {}

/** @param {RegExp} pattern @param {string} text of a number, or of tones */
export function mustMatch(pattern, text) {
  if (!pattern.test(text)) throw new CommandError("bad_number");
  return text;
}

/** @param {Promise<boolean>} done */
export async function mustSucceed(done) {
  if (!(await done)) throw new CommandError("failed");
}
