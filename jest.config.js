export default {
  testEnvironment: "node",
  transform: {},
  // Both cores of a small machine: by default Jest leaves one of two alone.
  maxWorkers: 2,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Whole commands and engine runs are single steps here, on machines that do other things too.
  testTimeout: 60_000,
  reporters: ["default", "<rootDir>/test/summary-reporter.js"],
};
