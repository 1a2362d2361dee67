// The use of this page by a person: it decides where the server sends the phone next.

export class PageActivity {
  #usedAt = performance.now();

  constructor() {
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => (this.#usedAt = performance.now()), {
        capture: true,
        passive: true,
      });
    }
  }

  get visible() {
    return document.visibilityState === "visible";
  }

  /** Seconds since the last gesture. */
  get used() {
    return Math.round((performance.now() - this.#usedAt) / 1000);
  }

  /** A page that was never touched may not make a sound. */
  get audible() {
    return navigator.userActivation?.hasBeenActive ?? false;
  }
}
