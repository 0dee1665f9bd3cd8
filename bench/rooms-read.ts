/**
 * Measured: reads all rooms of the tenant with their room lists, and asks when each is free. What was sent is printed as
 * JSON. The access token stands in `ROOMS_TOKEN`.
 *
 * @packageDocumentation
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultOnesRoomFields } from "../contract/room-properties.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import { visibilityOf } from "../sync/connectors/graph/schedule.ts";
import { openSqliteState } from "../sync/index.ts";
import { createRoomsSource } from "../sync/kinds/rooms/source.ts";

let requests = 0;
const token = process.env["ROOMS_TOKEN"] ?? "";
const credential = { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
const client = createGraphClient({ credential, cloud: "Microsoft", onRequest: () => (requests += 1) });
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "tenantwire-bench-rooms-"));
const store = openSqliteState(join(folder, "state.sqlite"));
try {
  const source = createRoomsSource({
    client,
    tenant: { id: "", domain: "", cloud: "Microsoft" },
    sync: "rooms-ones",
    rooms: { scope: "all", workspaces: false, fields: defaultOnesRoomFields },
    required: {},
    retireAfter: { hours: 48, reads: 3 },
    setting: "tenantwire:ones.rooms",
    now: () => new Date(),
  });
  const { rooms } = await source.look({ state: await store.read(), isLinked: async () => false, signal });
  const read = requests;
  requests = 0;
  const found = await visibilityOf(
    client,
    rooms.map(({ address }) => address),
    { now: new Date(), signal },
  );
  const visible = [...found.values()].filter((each) => each === "visible").length;
  process.stdout.write(JSON.stringify({ rooms: rooms.length, visible, read, schedules: requests }));
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
