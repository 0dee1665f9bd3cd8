/** Every vendor, in the order in which registrations are made. @packageDocumentation */
import { access } from "./access/vendor.ts";
import { alerts } from "./alerts/vendor.ts";
import { azureDevOps } from "./azure-devops/vendor.ts";
import { webConsole } from "./console/vendor.ts";
import { files } from "./files/vendor.ts";
import { oneplan } from "./oneplan/vendor.ts";
import { ones } from "./ones/vendor.ts";
import { plans } from "./plans/vendor.ts";

export const vendors = [ones, oneplan, azureDevOps, plans, alerts, access, webConsole, files] as const;
