import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * A path of a product's API, or an option of OData: what begins with a word of them and a slash is one, `users/`,
 * `/applications?`. Ids of Azure (`/subscriptions/...`) are none.
 */
const PATHS = [
  String.raw`\$(select|filter|top|expand|search|count|orderby|batch|skiptoken|deltatoken|ref)\b`,
  String.raw`^/?(v1\.0|beta|users|groups|applications|servicePrincipals|organization|directory|directoryObjects)[/?]`,
  String.raw`^/?(oauth2PermissionGrants|roleManagement|auditLogs|reports|policies|places)[/?]`,
  String.raw`^/?(workplan|tasks|resources|integration|config)/|/_apis/|/_workitems/|/api/v1/`,
].join("|");

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
    files: ["{cli,review,doctor,grants,bootstrap,stacks,sync,components,contract}/**/*.ts"],
    ignores: ["{sync,doctor}/connectors/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...["Literal[value", "TemplateElement[value.raw"].map((text) => ({
          selector: `${text}=/${PATHS.replaceAll("/", String.raw`\/`)}/]`,
          message: "Paths of HTTP and options of OData live in sync/connectors and doctor/connectors only.",
        })),
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "connectors/graph/(index|batch|pages)",
              importNames: ["batchGet", "pages"],
              message: "What is asked of Graph is said in sync/connectors and doctor/connectors only.",
            },
            {
              regex: "^undici$|connectors/(http/client|api)\\.ts$",
              importNames: ["fetch", "request", "createHttpClient", "createApiClient"],
              message: "HTTP is spoken in sync/connectors and doctor/connectors only.",
            },
          ],
        },
      ],
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
