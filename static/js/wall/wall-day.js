// Today's numbers, while their section is open: asked for when it opens and once a minute.

import { storageOrMemory } from "../client/event-store.js";
import { apply } from "../page/fragments.js";

const AGAIN_MS = 60_000;
const OPEN = "console.wall.day";

export class WallDay {
  #frame = /** @type {HTMLDetailsElement | null} */ (document.getElementById("day-frame"));
  #storage = storageOrMemory(() => localStorage);
  #team = "";
  #asking = new AbortController();

  constructor() {
    const frame = this.#frame;
    if (!frame) return; // a TV
    frame.addEventListener("toggle", () => this.#toggled(frame.open));
    frame.open = this.#storage.getItem(OPEN) === "1";
    setInterval(() => void this.#look(), AGAIN_MS);
  }

  /** @param {string} team as the filter has it; "": all */
  set team(team) {
    if (this.#team === team) return;
    this.#team = team;
    void this.#look();
  }

  /** @param {boolean} open */
  #toggled(open) {
    if (open) this.#storage.setItem(OPEN, "1");
    else this.#storage.removeItem(OPEN);
    void this.#look();
  }

  /** The numbers stay as they are while the server is away. */
  async #look() {
    this.#asking.abort();
    if (!this.#frame?.open || document.hidden) return;
    const { signal } = (this.#asking = new AbortController());
    try {
      const asked = new URLSearchParams({ team: this.#team });
      const answer = await fetch(`/wall/day?${asked}`, { signal });
      if (answer.ok) await apply(await answer.text());
    } catch {
      // The age of the data says that the server is away.
    }
  }
}
