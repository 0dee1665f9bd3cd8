/**
 * Free and busy times of rooms: only whether they may be read, and by how few requests.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { PermissionError } from "../../../contract/errors.ts";
import { chunks } from "../../model/chunks.ts";
import { documented } from "../documented.ts";
import type { Call, GraphClient } from "./client.ts";
import { GraphError } from "./errors.ts";
import { DAY_MS } from "../../../contract/days.ts";

/** Documented: at most so many mailboxes in one getSchedule. */
const SCHEDULE_BATCH = 20;

const Answer = z.looseObject({
  value: z.array(
    z.looseObject({
      scheduleId: z.string(),
      error: z.looseObject({ responseCode: z.string().optional() }).nullish(),
    }),
  ),
});

const Parts = z.looseObject({
  responses: z.array(z.looseObject({ id: z.string(), status: z.int(), body: z.unknown().optional() })),
});

/**
 * `visible`; `hidden`: the mailbox is there and outside of what may be read; `none`: there is no such mailbox; else the
 * code of another error.
 */
export type Visibility = "visible" | "hidden" | "none" | { readonly code: string };

export interface Looking {
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Asks for the next day's free and busy times of each room, in the name of a room that may be read: a request for every
 * 20 rooms, and one more for each 20 of which that is not known yet.
 *
 * @param addresses each once
 */
export async function visibilityOf(
  client: GraphClient,
  addresses: readonly string[],
  looking: Looking,
): Promise<ReadonlyMap<string, Visibility>> {
  const found = new Map<string, Visibility>();
  // Documented: who asks has to be allowed to read the mailbox in whose name is asked.
  let reader: string | undefined;
  for (const batch of chunks(addresses, SCHEDULE_BATCH)) {
    const asked = await askTogether(client, reader ?? batch[0] ?? "", batch, looking);
    const answers = asked ?? (await askEach(client, batch, looking));
    for (const [address, visibility] of answers) found.set(address, visibility);
    reader = asked && reader !== undefined ? reader : batch.find((address) => answers.get(address) === "visible");
  }
  return found;
}

type Answers = ReadonlyMap<string, Visibility>;

/** @returns `undefined` where it cannot be asked in that name */
async function askTogether(
  client: GraphClient,
  reader: string,
  addresses: readonly string[],
  looking: Looking,
): Promise<Answers | undefined> {
  const call = callOf(looking);
  try {
    return answersOf(client, addresses, await client.post(pathOf(reader), bodyOf(addresses, looking), call), call);
  } catch (error) {
    if (error instanceof PermissionError) return undefined;
    if (error instanceof GraphError && error.status === 404) return undefined;
    throw error;
  }
}

/** Each in its own name. A part that could not be answered now, since Graph is busy, is asked alone and waited for. */
async function askEach(client: GraphClient, addresses: readonly string[], looking: Looking): Promise<Answers> {
  const call = callOf(looking);
  const requests = addresses.map((address, index) => ({
    id: String(index),
    method: "POST",
    url: pathOf(address),
    headers: { "content-type": "application/json" },
    body: bodyOf([address], looking),
  }));
  const parts = Parts.safeParse(await client.post("/$batch", { requests }, call)).data?.responses ?? [];
  const found = new Map<string, Visibility>();
  for (const [index, address] of addresses.entries()) {
    const part = parts.find(({ id }) => id === String(index));
    if (part?.status === 403) found.set(address, "hidden");
    else if (part?.status === 404) found.set(address, "none");
    else if (part?.status === 200) found.set(address, answersOf(client, [address], part.body, call).get(address)!);
    else {
      const alone = await askTogether(client, address, [address], looking);
      found.set(address, alone?.get(address) ?? "hidden");
    }
  }
  return found;
}

function answersOf(client: GraphClient, addresses: readonly string[], body: unknown, call: Call): Answers {
  const { value } = documented(Answer, body, client.host, call.doing);
  const byAddress = new Map(value.map((each) => [each.scheduleId.toLowerCase(), each.error]));
  return new Map(
    addresses.map((address) => {
      if (!byAddress.has(address.toLowerCase())) return [address, { code: "no answer" }];
      const error = byAddress.get(address.toLowerCase());
      return [address, error ? visibilityFor(error.responseCode ?? "unknown error") : "visible"];
    }),
  );
}

/** Codes of Exchange's availability service. */
function visibilityFor(code: string): Visibility {
  if (code === "ErrorNoFreeBusyAccess") return "hidden";
  return code === "ErrorMailRecipientNotFound" ? "none" : { code };
}

function pathOf(address: string): string {
  return `/users/${encodeURIComponent(address)}/calendar/getSchedule`;
}

function bodyOf(schedules: readonly string[], { now }: Looking): object {
  const time = (at: number) => ({ dateTime: new Date(at).toISOString().slice(0, 19), timeZone: "UTC" });
  return {
    schedules,
    startTime: time(now.getTime()),
    endTime: time(now.getTime() + DAY_MS),
    // The longest that is documented: what is answered is not looked at.
    availabilityViewInterval: 1440,
  };
}

function callOf({ signal }: Looking): Call {
  return { doing: "read when rooms are free", needs: ["Calendars.ReadBasic.All"], signal };
}
