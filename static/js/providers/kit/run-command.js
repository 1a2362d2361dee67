// How a phone finds a command in its table, carries it out, and answers a refusal with its code.

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

/** @import { Result } from "../../types/provider" */
/**
 * @template Phone, Call
 * @typedef {[states: string[], run: (phone: Phone, call: Call, args: any) => unknown]} OnCall
 *   what a command on a call does, and in which states of the call
 */
/**
 * @template Phone, Call
 * @typedef {Record<string, ((phone: Phone, args: any) => unknown) | OnCall<Phone, Call>>} Commands
 */

/**
 * @template {{state: string}} Call
 * @template {{findCall: (id: string) => Call | undefined}} Phone
 * @param {Commands<Phone, Call>} commands
 * @param {Phone} phone
 * @param {string} name
 * @param {Record<string, any>} args
 * @returns {Promise<Result>}
 */
export async function runCommand(commands, phone, name, args) {
  try {
    if (!Object.hasOwn(commands, name)) throw new CommandError("unsupported");
    const command = commands[name];
    if (typeof command === "function") await command(phone, args);
    else await runOnCall(command, phone, args);
    return { ok: true };
  } catch (error) {
    if (error instanceof CommandError) return { ok: false, code: error.message };
    throw error;
  }
}

/**
 * @template {{state: string}} Call
 * @template {{findCall: (id: string) => Call | undefined}} Phone
 * @param {OnCall<Phone, Call>} command
 * @param {Phone} phone
 * @param {Record<string, any>} args
 */
function runOnCall([states, run], phone, args) {
  const call = phone.findCall(args.call);
  if (!call) throw new CommandError("no_call");
  if (!states.includes(call.state)) throw new CommandError("not_allowed_now");
  return run(phone, call, args);
}
