// A snapshot, then the changes after it. Changes that overtake the snapshot of their connection
// wait for it.

/** @typedef {import("./socket.js").Message} Message */

export class Snapshot {
  constructor() {
    this.reset();
  }

  reset() {
    /** @type {number | null} */
    this.seq = null;
    /** @type {Message[]} */
    this.early = [];
  }

  /**
   * @param {Message} message a welcome or a change
   * @returns {Message[]} what is to be applied now, in order
   */
  take(message) {
    if (message.type === "welcome") {
      this.seq = message.seq;
      return [message, ...this.early.splice(0).flatMap((change) => this.take(change))];
    }
    if (this.seq === null) {
      this.early.push(message);
      return [];
    }
    if (message.seq <= this.seq) return [];
    this.seq = message.seq;
    return [message];
  }
}
