import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** What reads YAML, loaded where there is some to read: most commands have none, and it is 70 files. */
export const yaml = () => require("yaml") as typeof import("yaml");
