/**
 * The stand-in tenant in this process, for tests of the users' source: the global `fetch` goes through its proxy, and
 * an administrator changes the directory as anybody would.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TokenCredential } from "@azure/identity";
import { fetch as undiciFetch, ProxyAgent } from "undici";
import { type Sandbox, startSandbox } from "../../../../sandbox/server.ts";
import type { Principal } from "../../../../sandbox/world.ts";
import { createGraphClient, type ReadOnce } from "../../../../sync/connectors/graph/index.ts";
import { openSqliteState, type StateStore } from "../../../../sync/index.ts";
import type { Source } from "../../../../sync/model/types.ts";
import { throughProxy } from "../../connectors/hosts.ts";
import { createMapping } from "../../../../sync/kinds/users/mapping.ts";
import { createUsersSource, type UsersSourceOptions } from "../../../../sync/kinds/users/source.ts";
import { plain } from "./options.ts";

export interface Tenant {
  readonly sandbox: Sandbox;
  readonly store: StateStore;
  /** Calls Graph as the administrator, or as somebody else; a path under `/v1.0`. */
  graph<T>(method: string, path: string, body?: unknown, as?: Principal): Promise<T>;
  groupId(name: string): Promise<string>;
  createGroup(name: string): Promise<string>;
  createUser(name: string): Promise<string>;
  addMember(group: string, member: string): Promise<void>;
  removeMember(group: string, member: string): Promise<void>;
  source(groups: readonly string[], options?: SourceOptions): Source;
  /** Requests to Graph that sources sent. */
  requests(): number;
  close(): Promise<void>;
}

export interface SourceOptions extends Partial<
  Pick<
    UsersSourceOptions,
    | "acceptReplacedGroups"
    | "sync"
    | "units"
    | "excludedGroups"
    | "protectedGroups"
    | "rules"
    | "protected"
    | "excluded"
    | "cardNumber"
  >
> {
  readonly as?: Principal;
  /** What several sources read once. */
  readonly reads?: ReadOnce;
  /** Property that is read beside the mapped ones. */
  readonly also?: string;
  /** Mapped besides name, mail and job title. */
  readonly fields?: Readonly<Record<string, string>>;
}

const GRAPH = "https://graph.microsoft.com/v1.0";
const fields = { name: "displayName", mail: "mail", jobTitle: "jobTitle" };

export async function startTenant(users: number, seed = 1): Promise<Tenant> {
  const sandbox = await startSandbox({ users, seed, provider: false });
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-users-"));
  const store = openSqliteState(join(folder, "state.sqlite"));
  const dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
  const leave = throughProxy(sandbox);
  const { world } = sandbox;
  let requests = 0;
  let made = 0;

  async function token(who: Principal): Promise<string> {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: who.clientId,
      client_secret: who.clientSecret,
      scope: "https://graph.microsoft.com/.default",
    });
    const url = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/v2.0/token`;
    const answer = await undiciFetch(url, { method: "POST", body: form, dispatcher });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
  const credential = (who: Principal): TokenCredential => {
    const got = token(who);
    return { getToken: async () => ({ token: await got, expiresOnTimestamp: 0 }) };
  };
  const administrator = credential(world.administrator);

  async function graph<T>(method: string, path: string, body?: unknown, as?: Principal): Promise<T> {
    const authorization = `Bearer ${(await (as ? credential(as) : administrator).getToken(""))?.token}`;
    const answer = await undiciFetch(GRAPH + path, {
      method,
      dispatcher,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  return {
    sandbox,
    store,
    graph,
    async groupId(name) {
      const filter = encodeURIComponent(`displayName eq '${name}'`);
      const { value } = await graph<{ value: { id: string; displayName: string }[] }>(
        "GET",
        `/groups?$filter=${filter}`,
      );
      const group = value.find(({ displayName }) => displayName === name);
      if (!group) throw new Error(`There is no group ${name}.`);
      return group.id;
    },
    async createGroup(displayName) {
      const settings = { mailEnabled: false, securityEnabled: true, mailNickname: `made-${++made}` };
      return (await graph<{ id: string }>("POST", "/groups", { displayName, ...settings })).id;
    },
    async createUser(displayName) {
      const alias = `made-${++made}`;
      const address = `${alias}@${world.tenant.mailDomain}`;
      const names = { displayName, mailNickname: alias, userPrincipalName: address, mail: address };
      return (
        await graph<{ id: string }>("POST", "/users", {
          ...names,
          accountEnabled: true,
          passwordProfile: { password: randomUUID() },
        })
      ).id;
    },
    addMember: (group, member) =>
      graph("POST", `/groups/${group}/members/$ref`, { "@odata.id": `${GRAPH}/directoryObjects/${member}` }),
    removeMember: (group, member) => graph("DELETE", `/groups/${group}/members/${member}/$ref`),
    source(groups, { as, fields: further, reads, also, ...more } = {}) {
      const { cardNumber } = more;
      const mapped = { ...fields, ...further, ...(cardNumber && { [cardNumber.field]: cardNumber.source }) };
      const client = createGraphClient({
        credential: as ? credential(as) : administrator,
        cloud: "Microsoft",
        onRequest: () => (requests += 1),
      });
      return createUsersSource({
        ...plain,
        client: reads?.through(client) ?? client,
        mapping: createMapping({ fields: mapped, groups, disabledAccountsAreInactive: true }),
        properties: [...Object.values(mapped), ...(also === undefined ? [] : [also])],
        groups,
        ...more,
      });
    },
    requests: () => requests,
    async close() {
      await leave();
      await dispatcher.close();
      await store.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
