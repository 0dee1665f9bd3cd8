import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", ".tenantwire/", "test/e2e/extension/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // The async signature of a port is a contract; an implementation may have nothing to await.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["test/**/*.ts"],
    // Matchers such as expect.stringMatching are handed on as values in tables.
    rules: { "@typescript-eslint/unbound-method": "off" },
  },
  { files: ["**/*.js", "**/*.mjs"], languageOptions: { globals: { process: "readonly", URL: "readonly" } } },
  {
    files: ["console/static/*.js"],
    languageOptions: {
      globals: { document: "readonly", EventSource: "readonly", location: "readonly", navigator: "readonly" },
    },
  },
);
