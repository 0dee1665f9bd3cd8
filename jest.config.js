export default {
  testEnvironment: "node",
  transform: {},
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Whole commands and engine runs are single steps here, on machines that do other things too.
  testTimeout: 60_000,
  reporters: ["default", "<rootDir>/test/summary-reporter.js"],
};
