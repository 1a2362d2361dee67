/** Why a command is not done. Its message is the code of the answer. */
export class Refusal extends Error {}

/** @param {Promise<boolean>} done */
export async function must(done) {
  if (!(await done)) throw new Refusal("failed");
}
