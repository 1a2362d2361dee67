/** A phone did not start. */
export class StartFailed extends Error {
  /** @param {import("./phone.js").PhoneProblem} problem */
  constructor(problem) {
    super(problem.kind);
    this.problem = problem;
  }
}
