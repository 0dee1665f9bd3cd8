import { availableParallelism } from "node:os";

export default {
  testEnvironment: "<rootDir>/test/runner/environment.js",
  runtime: "<rootDir>/test/runner/runtime.js",
  injectGlobals: false,
  transform: {},
  // One more than there are cores: the long files wait now and then, for processes to begin and for retries to be due. By default Jest leaves one of two cores alone.
  maxWorkers: availableParallelism() + 1,
  // A worker that has grown is followed by a new one: modules stay in a process for good.
  workerIdleMemoryLimit: "700MB",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // What `npm run build` made has the names of the packages again.
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  // Whole commands and engine runs are single steps here, on machines that do other things too.
  testTimeout: 60_000,
  testSequencer: "<rootDir>/test/longest-first.js",
  reporters: ["default", "<rootDir>/test/summary-reporter.js"],
};
