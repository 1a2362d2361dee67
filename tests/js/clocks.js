// Two clocks that a test moves by hand.

export class Clocks {
  wallMs = 1_700_000_000_000;
  monotonicMs = 5_000;
  wall = () => this.wallMs;
  monotonic = () => this.monotonicMs;

  pass(ms) {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }

  sleep(ms) {
    this.wallMs += ms;
  }
}
