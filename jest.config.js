export default {
  testEnvironment: "node",
  transform: {},
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  reporters: ["default", "<rootDir>/test/summary-reporter.js"],
};
