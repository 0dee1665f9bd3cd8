/**
 * In tests every body that was taken and every answer is held against the published model and counted; elsewhere this
 * costs nothing. `test/summary-reporter.js` says where the counts go, and prints them.
 *
 * @packageDocumentation
 */
import { appendFileSync } from "node:fs";
import { env } from "node:process";
import { refOf } from "../../data/graph-model.ts";
import type { Json } from "../../directory/model.ts";
import { targetOf } from "./body-gate.ts";
import type { Answer, Call } from "./call.ts";
import { conform } from "./conform.ts";
import { isRecord } from "./entities.ts";

/** A file that gets a letter for each check: `b` a body, `a` an answer, `!` an answer that is not as published. */
export const CHECKS_FILE = "TENANTWIRE_GRAPH_CHECKS";

export function countBody({ body }: { readonly body: unknown }): void {
  if (env[CHECKS_FILE] !== undefined && isRecord(body as Json)) appendFileSync(env[CHECKS_FILE], "b");
}

/** @throws Error for an answer that is not as published: a defect of the stand-in */
export function checkAnswer({ body }: Answer, version: Call["version"]): void {
  const file = env[CHECKS_FILE];
  if (file === undefined || typeof body !== "object") return;
  const faults = answerFaults(body as Record<string, Json>, version);
  appendFileSync(file, faults.length === 0 ? "a" : "!");
  if (faults.length > 0) throw new Error(`not as published: ${faults.join("; ")}`);
}

/** Documented of beta alone, whose model is not here. */
const BETA_SETS = ["reports/appCredentialSignInActivities"];

/** What is wrong with an answer, by the type that its context names. Of beta only what v1.0 has too is known. */
export function answerFaults(body: Record<string, Json>, version: Call["version"]): string[] {
  const context = body["@odata.context"];
  if (typeof context !== "string") return ["there is no @odata.context"];
  const set = context.split("$metadata#")[1] ?? "";
  if (BETA_SETS.some((each) => set.startsWith(each))) return [];
  const type = typeOf(set);
  if (type === undefined) return [];
  const items = Array.isArray(body["value"]) ? body["value"] : [body];
  return items.flatMap((item) =>
    conform(type, item)
      .misfits.filter(({ what }) => what === "value" || version === "v1.0")
      .map(({ what, path, owner }) => `${what} ${owner}: ${path.join("/")}`),
  );
}

/** The type of the objects; none for links and for texts by themselves. */
function typeOf(context: string): string | undefined {
  const path = context
    .replace(/\/\$entity$/, "")
    .replace(/\([^()']*\)$/, (list) => (/^\((microsoft|Edm)\.|^\(\$/.test(list) ? list : ""));
  const collection = /^Collection\((.*)\)$/.exec(path)?.[1];
  const named = /^microsoft\.graph\.(\w+)$/.exec(collection ?? path)?.[1];
  if (named !== undefined) return named;
  if (collection !== undefined || path === "$ref") return undefined;
  const target = targetOf(`/${path.replaceAll(/\('[^']*'\)/g, "/:")}`);
  return target.kind === "type" ? refOf(target.type).name : undefined;
}
