import house from "./docs/generate/house.json" with { type: "json" };

/**
 * The house: imports go downwards only. `npm run lint` holds it, `npm run docs` draws it.
 *
 *     cli
 *     console
 *     review | doctor | bootstrap | grants
 *     stacks | sync                  sync imports contract alone
 *     components
 *     contract                       no I/O, nothing of Pulumi or Azure
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */
const FLOORS = house.floors;

const folder = (names) => `^(${names.join("|")})/`;

export default {
  forbidden: [
    ...FLOORS.slice(1).map((names, index) => ({
      name: "upwards",
      comment: `${names.join(", ")}: an import goes to a floor below.`,
      severity: "error",
      from: { path: folder(names) },
      to: { path: folder(FLOORS.slice(0, index + 1).flat()) },
    })),
    ...FLOORS.flatMap((names) =>
      names.map((name) => ({
        name: "neighbour",
        comment: `${name}: what two rooms of a floor share belongs to the floor below.`,
        severity: "error",
        from: { path: folder([name]) },
        to: { path: folder(names), pathNot: folder([name]) },
      })),
    ).filter(({ to }) => to.path !== to.pathNot),
    {
      name: "sync-imports-contract-alone",
      severity: "error",
      from: { path: "^sync/" },
      to: { path: "^components/" },
    },
    {
      name: "stand-in-is-apart",
      comment:
        "The command line finds the stand-in by its name when it is installed; only tests and benchmarks import it.",
      severity: "error",
      from: { pathNot: "^(sandbox|test|bench)/" },
      to: { path: "^sandbox/|^tenantwire-sandbox" },
    },
    {
      name: "stand-in-knows-the-contract-alone",
      comment: "What else it needs of the product it runs as a command, as a person does.",
      severity: "error",
      from: { path: "^sandbox/" },
      to: { path: folder(FLOORS.slice(0, -1).flat()) },
    },
    {
      name: "product-imports-no-test",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "contract-is-data-and-rules",
      comment: "No I/O, nothing of Pulumi or Azure: both halves and the review use it.",
      severity: "error",
      from: { path: "^contract/", pathNot: "^contract/text/" },
      to: {
        path: ["@pulumi/", "@azure/", "microsoft-graph-client", "^(node:)?(fs|http|https|net|child_process)(/|$)"],
      },
    },
    {
      name: "circle",
      comment: "Files that import each other in a circle are one file, or lack one below them. Types count.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^tenantwire-sandbox$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // An invented vendor and target, which a test copies to where they belong; and what `init` writes into repositories
    // that have the package installed.
    exclude: { path: "^(dist/|coverage/|\\.tenantwire/|test/e2e/extension/|templates/)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
