import { compiledFolder } from "./sandbox/engine/cache.ts";

// For all the programs that tests start: what Node compiled of them is kept, half of the time of a start.
process.env["NODE_COMPILE_CACHE"] ||= compiledFolder(process.env);

export default {
  testEnvironment: "node",
  transform: {},
  // Both cores of a small machine: by default Jest leaves one of two alone.
  maxWorkers: 2,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Whole commands and engine runs are single steps here, on machines that do other things too.
  testTimeout: 60_000,
  testSequencer: "<rootDir>/test/longest-first.js",
  reporters: ["default", "<rootDir>/test/summary-reporter.js"],
};
