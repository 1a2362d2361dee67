/** Why a command is not done. Its message is the code of the answer. */
export class Refusal extends Error {}
