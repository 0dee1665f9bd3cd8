import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest, malformed } from "./errors.ts";

/** Documented: at most this many parts. */
const MAX_PARTS = 20;

const Part = z.object({
  id: z.string(),
  method: z
    .string()
    .toUpperCase()
    .pipe(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"])),
  url: z.string(),
  headers: z.record(z.string().toLowerCase(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
});
type Part = z.infer<typeof Part>;

interface PartAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/**
 * Answers each part by itself through the same host, with the caller's authorization: a part can fail, or be
 * throttled, while the whole is answered with 200 (documented).
 *
 * @param root where the parts' relative addresses begin, e.g. `/v1.0`
 */
export async function runBatch(
  app: FastifyInstance,
  root: string,
  inherited: Record<string, string>,
  body: unknown,
): Promise<{ responses: PartAnswer[] }> {
  const parts = readParts(body);
  const answers = new Map<string, Promise<PartAnswer>>();
  for (const part of parts) {
    const dependencies = part.dependsOn.flatMap((id) => answers.get(id.toLowerCase()) ?? []);
    answers.set(part.id.toLowerCase(), answer(app, root, inherited, part, dependencies));
  }
  return { responses: await Promise.all(answers.values()) };
}

async function answer(
  app: FastifyInstance,
  root: string,
  inherited: Record<string, string>,
  part: Part,
  dependencies: readonly Promise<PartAnswer>[],
): Promise<PartAnswer> {
  const before = await Promise.all(dependencies);
  if (before.some((each) => each.status >= 400)) {
    const error = { code: "FailedDependency", message: "A request that this one depends on failed." };
    return { id: part.id, status: 424, headers: { "Content-Type": "application/json" }, body: { error } };
  }
  const response = await app.inject({
    method: part.method,
    url: root + (part.url.startsWith("/") ? part.url : `/${part.url}`),
    headers: { ...inherited, ...part.headers },
    ...(part.body !== undefined && { payload: JSON.stringify(part.body) }),
  });
  const isJson = String(response.headers["content-type"] ?? "").startsWith("application/json");
  const headers: Record<string, string> = {};
  for (const name of ["content-type", "location", "retry-after", "preference-applied"]) {
    const value = response.headers[name];
    if (value !== undefined) headers[HEADER_NAMES[name] ?? name] = String(value);
  }
  const { id } = part;
  const status = response.statusCode;
  if (response.body === "") return { id, status, headers };
  return { id, status, headers, body: isJson ? response.json<unknown>() : response.body };
}

const HEADER_NAMES: Readonly<Record<string, string>> = {
  "content-type": "Content-Type",
  location: "Location",
  "retry-after": "Retry-After",
  "preference-applied": "Preference-Applied",
};

function readParts(body: unknown): Part[] {
  const requests = (body as { requests?: unknown } | null | undefined)?.requests;
  if (!Array.isArray(requests) || requests.length === 0) throw malformed("Invalid batch payload format.");
  if (requests.length > MAX_PARTS) {
    throw malformed(`Number of batch request steps exceeds the maximum value of ${MAX_PARTS}.`);
  }
  const seen = new Set<string>();
  return requests.map((request: unknown) => {
    const part = readPart(request);
    // Documented: ids are unique whatever their letter case.
    const key = part.id.toLowerCase();
    if (seen.has(key)) throw malformed(`Invalid batch payload: the request id '${part.id}' is not unique.`);
    for (const id of part.dependsOn) {
      // A part depends on earlier ones only, which also keeps it from waiting for itself.
      if (!seen.has(id.toLowerCase()))
        throw malformed(`Invalid batch payload: dependsOn names '${id}', which is not an earlier request.`);
    }
    seen.add(key);
    return part;
  });
}

function readPart(request: unknown): Part {
  const parsed = Part.safeParse(request);
  if (!parsed.success)
    throw malformed(
      "Invalid batch payload: a request needs id, method and url, and headers and dependsOn of the documented form.",
    );
  const part = parsed.data;
  // Documented: a body needs a Content-Type.
  if (part.body !== undefined && part.headers["content-type"] === undefined) {
    throw badRequest(`Write request id : ${part.id} does not contain Content-Type header or body.`);
  }
  return part;
}
