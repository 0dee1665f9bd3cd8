/**
 * A company with meeting rooms, for tests of the rooms' sync: the stand-in tenant in this process, its Exchange
 * administrator's hands, and runs by a clock of their own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TokenCredential } from "@azure/identity";
import { changeBehaviours } from "../../../../sandbox/behaviours.ts";
import { applicationRole } from "../../../../sandbox/data/permissions.ts";
import { directory } from "../../../../sandbox/directory/index.ts";
import type { Rooms } from "../../../../sandbox/directory/rooms.ts";
import type { RoomsBehaviour } from "../../../../sandbox/directory/rooms-behaviour.ts";
import { ONES_HOST, onesKey, onesResources } from "../../../../sandbox/hosts/ones/index.ts";
import type { OnesResources } from "../../../../sandbox/hosts/ones/resources.ts";
import { type Sandbox, startSandbox } from "../../../../sandbox/server.ts";
import { issueAccessToken } from "../../../../sandbox/tokens.ts";
import type { RoomsOutputs } from "../../../../contract/outputs/rooms.ts";
import { defaultOnesRoomFields } from "../../../../contract/room-properties.ts";
import { createGraphClient, type GraphClient } from "../../../../sync/connectors/graph/index.ts";
import { createOnesRoomsTarget } from "../../../../sync/connectors/ones/resources.ts";
import { parseRoutes } from "../../../../sync/connectors/ones/routes.ts";
import {
  Limits,
  openSqliteState,
  type RunOptions,
  type RunReport,
  runSync,
  type StateStore,
} from "../../../../sync/index.ts";
import type { z } from "zod";
import type { RoomList } from "../../../../sync/model/room-list.ts";
import { createRoomsSource, type RoomsSource } from "../../../../sync/kinds/rooms/source.ts";
import type { Survey, SurveyedRoom } from "../../../../sync/kinds/rooms/survey.ts";
import { throughProxy } from "../../connectors/hosts.ts";
import { Clock } from "../../run/fakes.ts";

export const HOUR_MS = 3_600_000;

export interface Company {
  readonly sandbox: Sandbox;
  readonly hands: Rooms;
  readonly ones: OnesResources;
  readonly store: StateStore;
  readonly clock: Clock;
  behave(changes: Partial<RoomsBehaviour>): void;
  /** Paths and queries of the requests to Graph since the last mark. */
  asked(): string[];
  mark(): void;
  /** A client of Graph with exactly these application permissions. */
  client(...roles: string[]): GraphClient;
  /** An application with exactly these, and the object id of its service principal. */
  application(...roles: string[]): { readonly credential: TokenCredential; readonly principalId: string };
  source(rooms?: Partial<RoomsOutputs>, options?: SourceOptions): RoomsSource;
  /** What a run would find. */
  look(rooms?: Partial<RoomsOutputs>, options?: SourceOptions): Promise<Survey>;
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly roles?: readonly string[];
  readonly sync?: string;
  readonly required?: Readonly<Record<string, string>>;
  readonly onLists?: (lists: readonly RoomList[]) => void;
}

export async function startCompany(options: { rooms: number; roomLists?: number }): Promise<Company> {
  const sandbox = await startSandbox({ users: 5, provider: false, ...options });
  const { world } = sandbox;
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-rooms-"));
  const store = openSqliteState(join(folder, "state.sqlite"));
  const leave = throughProxy(sandbox);
  const clock = new Clock();
  const tenant = { id: world.tenant.id, domain: world.tenant.domain, cloud: "Microsoft" } as const;

  function application(...roles: string[]) {
    const { registrations, servicePrincipals } = directory(world);
    const displayName = roles.join(" ") || "nobody";
    const made = registrations.createApplication({ displayName }, []);
    const principal = registrations.createServicePrincipal(made, { displayName }, []);
    const resource = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
    for (const role of roles) {
      const assignment = { appRoleId: applicationRole(role), principalId: principal.id };
      registrations.addAssignment({ ...assignment, resourceId: resource?.id ?? "" });
    }
    const subject = { displayName, clientId: made["appId"] as string, objectId: principal.id };
    const credential: TokenCredential = {
      async getToken() {
        const { access_token: token } = await issueAccessToken(world, subject, "https://graph.microsoft.com");
        return { token, expiresOnTimestamp: 0 };
      },
    };
    return { credential, principalId: principal.id };
  }

  const company: Company = {
    sandbox,
    hands: directory(world).rooms,
    ones: onesResources(world),
    store,
    clock,
    behave: (changes) => void changeBehaviours(world, { rooms: changes }),
    asked: () => sandbox.requests.entries().flatMap(({ host, path }) => (host === "graph.microsoft.com" ? [path] : [])),
    mark: () => sandbox.requests.mark(),
    client: (...roles) => createGraphClient({ credential: application(...roles).credential, cloud: "Microsoft" }),
    application,
    source(rooms = {}, { roles = ["Place.Read.All"], sync = "rooms-ones", required = {}, onLists } = {}) {
      const { credential } = application(...roles);
      return createRoomsSource({
        client: createGraphClient({ credential, cloud: "Microsoft" }),
        tenant,
        sync,
        rooms: { scope: "all", workspaces: false, fields: defaultOnesRoomFields, ...rooms },
        required,
        retireAfter: { hours: 48, reads: 3 },
        setting: "tenantwire:ones.rooms",
        now: clock.now,
        ...onesListener(onLists),
      });
    },
    async look(rooms, options) {
      const state = await store.read();
      const isLinked = async () => false;
      return company.source(rooms, options).look({ state, isLinked, signal: AbortSignal.timeout(60_000) });
    },
    async close() {
      await leave();
      await store.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true });
    },
  };
  return company;
}

function onesListener(onLists: SourceOptions["onLists"]) {
  return onLists === undefined ? {} : { onLists };
}

export function roomAt(survey: Survey, address: string): SurveyedRoom | undefined {
  return survey.rooms.find((room) => room.address === address);
}

export function addresses(survey: Survey): string[] {
  return survey.rooms.filter(({ state }) => state === "in scope").map(({ address }) => address);
}

export const onesConnection = (company: Company) => ({
  baseUrl: `https://${ONES_HOST}`,
  keyName: "tenantwire",
  key: async () => onesKey(company.sandbox.world),
});

export interface RunsOptions {
  readonly limits?: z.input<typeof Limits>;
  readonly roles?: readonly string[];
  readonly required?: Readonly<Record<string, string>>;
}

/** The sync of a company's rooms to its ONES server, run by run. */
export function syncToOnes(company: Company, rooms: Partial<RoomsOutputs> = {}, options: RunsOptions = {}) {
  let lists: readonly RoomList[] = [];
  const { roles = ["Place.Read.All"], required = { name: "name" }, limits = {} } = options;
  const source = company.source(rooms, { roles, required, onLists: (read) => (lists = read) });
  const fields = Object.keys(rooms.fields ?? defaultOnesRoomFields);
  const target = createOnesRoomsTarget({
    ...onesConnection(company),
    fields,
    routes: parseRoutes(undefined),
    lists: () => lists,
  });
  const definition = {
    sync: "rooms-ones",
    source,
    target,
    fields,
    limits: Limits.parse(limits),
    scopeHash: JSON.stringify(rooms),
    fullEveryMs: 0,
  };
  const { store, clock } = company;
  return {
    definition,
    run: (more: Partial<RunOptions> = {}): Promise<RunReport> =>
      runSync(definition, { store, now: clock.now, sleep: clock.sleep, ...more }),
  };
}
