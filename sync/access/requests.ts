/** Requests for access, as they are remembered: found, made, decided once, and forgotten when many are over. */
import { randomUUID } from "node:crypto";
import { entraKey, type Identity } from "../../contract/access/people.ts";
import { type AccessRequest, stateOf, whyNotAsk } from "../../contract/access/requests.ts";
import type { Role } from "../../contract/access/rules.ts";
import { AccessDenied } from "../../contract/errors.ts";
import { quoted } from "../../contract/words.ts";
import type { State } from "../state/session.ts";
import { readRequest, readRequests } from "./book.ts";

/** Requests that are over and remembered. */
const MOST_PAST = 1_000;

export type RequestDecision =
  { readonly approve: true; readonly role: Role } | { readonly approve: false; readonly why?: string };

/** @param id its beginning, or its end, is enough */
export async function findRequest(state: State, id: string): Promise<AccessRequest> {
  const exact = await readRequest(state, id);
  if (exact) return exact;
  const found = (await readRequests(state)).filter((each) => each.id.startsWith(id) || each.id.endsWith(`-${id}`));
  const [request, another] = found;
  if (request && !another && id !== "") return request;
  throw new AccessDenied(
    another
      ? `Several requests are meant by ${quoted(id)}: give more of the id.`
      : `There is no request ${quoted(id)}.`,
  );
}

/** The request of somebody that is to be decided yet. */
export async function openRequest(state: State, person: string, now: Date): Promise<AccessRequest | undefined> {
  const requests = await readRequests(state);
  return requests.find((each) => each.person === person && stateOf(each, now) === "open");
}

/** @throws AccessDenied where it is too early to ask again, or for a reason that says nothing */
export async function newRequest(
  state: State,
  { tenant, objectId, name, mail }: Identity & { readonly tenant: string; readonly objectId: string },
  why: string,
  { at, expires }: { readonly at: Date; readonly expires: string },
): Promise<AccessRequest> {
  const person = entraKey(tenant, objectId);
  const earlier = (await readRequests(state)).filter((each) => each.person === person);
  const whyNot = whyNotAsk(why, earlier, at);
  if (whyNot !== undefined) throw new AccessDenied(`Access cannot be asked for now: ${whyNot}.`);
  return {
    id: `${at.toISOString()}-${randomUUID().slice(0, 8)}`,
    person,
    name,
    ...(mail !== undefined && { mail }),
    tenant,
    objectId,
    why: why.trim(),
    asked: at.toISOString(),
    expires,
    state: "open",
  };
}

/** @throws AccessDenied where it was decided before, or is over */
export function decided(request: AccessRequest, decision: RequestDecision, by: string, at: Date): AccessRequest {
  const now = stateOf(request, at);
  if (now === "expired")
    throw new AccessDenied(`The request of ${quoted(request.name)} is over since ${request.expires}.`);
  if (now !== "open") {
    const { by: who = "somebody", at: when = "before" } = request.decided ?? {};
    throw new AccessDenied(`The request of ${quoted(request.name)} was ${now} already by ${who} (${when}).`);
  }
  return {
    ...request,
    state: decision.approve ? "approved" : "denied",
    decided: { at: at.toISOString(), by, ...saidOf(decision) },
  };
}

/** What a decision gives, or why it gives nothing where that was told. */
export function saidOf(decision: RequestDecision): { readonly role?: Role; readonly why?: string } {
  if (decision.approve) return { role: decision.role };
  return decision.why === undefined || decision.why === "" ? {} : { why: decision.why };
}

/** Those that nobody decided in time, and that are not remembered as over yet. */
export function expiredOf(requests: readonly AccessRequest[], now: Date): readonly AccessRequest[] {
  return requests.filter((request) => request.state === "open" && stateOf(request, now) === "expired");
}

/** Those that are over, the oldest first, beyond as many as are remembered. */
export function oldestOf(requests: readonly AccessRequest[]): readonly AccessRequest[] {
  const past = requests.filter(({ state }) => state !== "open");
  return past.slice(0, Math.max(0, past.length - MOST_PAST));
}
