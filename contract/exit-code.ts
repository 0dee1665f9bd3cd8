/** Exit codes of every sync command. */
export const ExitCode = {
  success: 0,
  failure: 1,
  /** What is wrong can be known without a network: usage, settings. */
  usage: 2,
  successWithExceptions: 10,
  stoppedByLimit: 20,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
