/** Exit codes of every command. */
export const ExitCode = {
  success: 0,
  failure: 1,
  /** What is wrong can be known without a network: usage, settings. */
  usage: 2,
  /** Another run of the same sync is at it. */
  anotherRun: 3,
  successWithExceptions: 10,
  /** Of a review: nothing mandatory was found, and the rules that deployments are judged by change. */
  policyChanged: 11,
  stoppedByLimit: 20,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
