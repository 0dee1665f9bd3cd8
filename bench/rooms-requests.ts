import { join } from "node:path";
import { applicationRole } from "../sandbox/data/permissions.ts";
import { directory } from "../sandbox/directory/index.ts";
import { commandEnvironment } from "../sandbox/environment.ts";
import { repository } from "../sandbox/project.ts";
import { run } from "../sandbox/run.ts";
import { startSandbox } from "../sandbox/server.ts";
import { issueAccessToken } from "../sandbox/tokens.ts";
import type { World } from "../sandbox/world.ts";
import type { Figure } from "./figure.ts";

const ROOMS = 5_000;
const LISTS = 50;
/** Documented, of places and of getSchedule. */
const PAGE = 100;
const BATCH = 20;

interface Read {
  readonly rooms: number;
  readonly visible: number;
  readonly read: number;
  readonly schedules: number;
}

/** What reading 5,000 rooms in 50 room lists asks of Graph, against the fewest requests that the page size allows. */
export async function roomsRequests(show: (line: string) => void): Promise<Figure[]> {
  show(`${ROOMS.toLocaleString("en-US")} rooms in ${LISTS} room lists`);
  const sandbox = await startSandbox({ users: 5, rooms: ROOMS, roomLists: LISTS, provider: false });
  try {
    const places = directory(sandbox.world).rooms;
    const members = [...places.roomLists.values()].map((list) => places.membersOf(list, "rooms").length);
    // An empty list has a page too.
    const pages = [[...places.rooms.values()].length, members.length, ...members].map((size) =>
      Math.max(1, Math.ceil(size / PAGE)),
    );
    const fewest = pages.reduce((sum, each) => sum + each, 0);
    const batches = Math.ceil(ROOMS / BATCH);

    const env = commandEnvironment(process.env, { ...sandbox.environment, ROOMS_TOKEN: await token(sandbox.world) });
    const ran = await run(["node", join(repository, "bench", "rooms-read.ts")], { cwd: repository, env });
    if (ran.code !== 0) throw new Error(`bench/rooms-read.ts ended with ${ran.code}:\n${ran.stderr}`);
    const read = JSON.parse(ran.stdout) as Read;
    if (read.rooms !== ROOMS || read.visible !== ROOMS) {
      throw new Error(`${read.rooms} rooms were read and ${read.visible} could be seen, not ${ROOMS}.`);
    }
    return [
      {
        name: "reading rooms / fewest pages",
        value: read.read / fewest,
        goal: 1,
        detail: `${read.read} requests, ${ROOMS} rooms and ${LISTS} room lists in ${fewest} pages of ${PAGE}`,
      },
      {
        name: "getSchedule / rooms by batch",
        value: read.schedules / batches,
        goal: 1,
        detail: `${read.schedules} requests, ${ROOMS} rooms by ${BATCH}`,
      },
    ];
  } finally {
    await sandbox.stop();
  }
}

/** Of an application that may read rooms and calendars. */
async function token(world: World): Promise<string> {
  const { registrations, servicePrincipals } = directory(world);
  const displayName = "bench";
  const application = registrations.createApplication({ displayName }, []);
  const principal = registrations.createServicePrincipal(application, { displayName }, []);
  const resourceId = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "";
  for (const role of ["Place.Read.All", "Calendars.ReadBasic.All"]) {
    registrations.addAssignment({ appRoleId: applicationRole(role), principalId: principal.id, resourceId });
  }
  const subject = { displayName, clientId: application["appId"] as string, objectId: principal.id };
  return (await issueAccessToken(world, subject, "https://graph.microsoft.com")).access_token;
}
