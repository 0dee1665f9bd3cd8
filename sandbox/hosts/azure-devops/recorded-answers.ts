/**
 * In tests what was taken and what was answered is put aside, to be held against Microsoft's description when all tests
 * are done; elsewhere this costs nothing. `test/summary-reporter.js` says where it goes. The description is no part of
 * the project, so that the check is not made here.
 *
 * @packageDocumentation
 */
import { appendFileSync } from "node:fs";
import { env } from "node:process";
import type { FastifyInstance } from "fastify";

/** A file that gets a line of JSON for each request that was done. */
export const RECORDS_FILE = "TENANTWIRE_AZURE_DEVOPS_CHECKS";

/** Characters: what is longer is more of the same, and is not put aside. */
const LONGEST = 100_000;

export interface RecordedAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly sent?: unknown;
  /** As JSON. */
  readonly answer: unknown;
}

export function recordAnswers(app: FastifyInstance): void {
  const file = env[RECORDS_FILE];
  if (file === undefined) return;
  app.addHook("onSend", (request, reply, payload, done) => {
    const { statusCode: status } = reply;
    if (
      status < 300 &&
      typeof payload === "string" &&
      payload.length <= LONGEST &&
      isJson(reply.getHeader("content-type"))
    ) {
      const sent = request.body === undefined || Buffer.isBuffer(request.body) ? {} : { sent: request.body };
      const path = decodeURI(request.originalUrl.split("?")[0] ?? "");
      const record: RecordedAnswer = { method: request.method, path, status, ...sent, answer: JSON.parse(payload) };
      const line = JSON.stringify(record);
      if (line.length <= 2 * LONGEST) appendFileSync(file, `${line}\n`);
    }
    done(null, payload);
  });
}

function isJson(type: unknown): boolean {
  return typeof type === "string" && type.startsWith("application/json");
}
