/**
 * The hands of Contoso's administrator: changes of people and groups, made through Graph as anybody would.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { ProxyAgent, fetch } from "undici";
import type { World } from "../world.ts";

/** Who signs in, and where people get their addresses. */
export interface AdministratorIdentity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly mailDomain: string;
}

/** The administrator of a world in this process. */
export function administratorOf({ tenant, administrator }: World): AdministratorIdentity {
  const { clientId, clientSecret } = administrator;
  return { tenantId: tenant.id, clientId, clientSecret, mailDomain: tenant.mailDomain };
}

/** The administrator of the world whose environment this is. */
export function administratorFrom(env: NodeJS.ProcessEnv): AdministratorIdentity {
  return {
    tenantId: env["ARM_TENANT_ID"] ?? "",
    clientId: env["SANDBOX_ADMINISTRATOR_ID"] ?? "",
    clientSecret: env["SANDBOX_ADMINISTRATOR_SECRET"] ?? "",
    mailDomain: env["SANDBOX_MAIL_DOMAIN"] ?? "",
  };
}

export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail: string | null;
}

export interface Administrator {
  groupId(name: string): Promise<string>;
  /** Direct members of a group that are people with a mail address and an enabled account. */
  people(groupId: string): Promise<Person[]>;
  /** Those of them who are not in OnePlan's scope by another way too: such a one would stay in it. */
  peopleOnlyIn(groupId: string): Promise<Person[]>;
  hire(person: { displayName: string; alias: string; jobTitle: string; groupId: string }): Promise<Person>;
  change(id: string, properties: Record<string, unknown>): Promise<void>;
  remove(id: string): Promise<void>;
  move(id: string, from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

const GRAPH = "https://graph.microsoft.com/v1.0";

/** Signs in through the stand-in's proxy. */
export async function administrator(
  who: AdministratorIdentity,
  connection: { proxyUrl: string; caFile: string },
): Promise<Administrator> {
  const dispatcher = new ProxyAgent({ uri: connection.proxyUrl, requestTls: { ca: readFileSync(connection.caFile) } });
  let token = await signIn();

  async function signIn(): Promise<string> {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: who.clientId,
      client_secret: who.clientSecret,
      scope: "https://graph.microsoft.com/.default",
    });
    const url = `https://login.microsoftonline.com/${who.tenantId}/oauth2/v2.0/token`;
    const answer = await fetch(url, { method: "POST", body: form, dispatcher });
    if (!answer.ok) throw new Error(`The administrator could not sign in: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  async function graph<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer = await send(method, path, body);
    // The world's clock may have been moved forward.
    if (answer.status === 401) {
      token = await signIn();
      answer = await send(method, path, body);
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  function send(method: string, path: string, body: unknown) {
    return fetch(GRAPH + path, {
      method,
      dispatcher,
      headers: {
        // An OData cast is an advanced query (documented).
        consistencylevel: "eventual",
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function groupId(name: string): Promise<string> {
    const filter = encodeURIComponent(`displayName eq '${name}'`);
    const found = await graph<{ value: { id: string }[] }>("GET", `/groups?$filter=${filter}&$select=id`);
    const group = found.value[0];
    if (!group) throw new Error(`The stand-in has no group "${name}".`);
    return group.id;
  }

  async function people(group: string): Promise<Person[]> {
    const select = "$select=id,displayName,userPrincipalName,mail,accountEnabled";
    const path = `/groups/${group}/members/microsoft.graph.user?${select}&$top=999&$count=true`;
    const found = await graph<{ value: (Person & { accountEnabled: boolean })[] }>("GET", path);
    return found.value.filter((person) => person.mail && person.accountEnabled);
  }

  const reference = (id: string) => ({ "@odata.id": `${GRAPH}/directoryObjects/${id}` });

  return {
    groupId,
    people,
    async peopleOnlyIn(group) {
      const elsewhere = new Set<string>();
      for (const name of ["OnePlan Users", "Projects"]) {
        for (const { id } of await people(await groupId(name))) elsewhere.add(id);
      }
      return (await people(group)).filter(({ id }) => !elsewhere.has(id));
    },
    async hire({ displayName, alias, jobTitle, groupId }) {
      const address = `${alias}@${who.mailDomain}`;
      const person = await graph<Person>("POST", "/users", {
        displayName,
        userPrincipalName: address,
        mail: address,
        mailNickname: alias,
        jobTitle,
        accountEnabled: true,
        passwordProfile: {
          password: `Aa1-${randomBytes(18).toString("base64url")}`,
          forceChangePasswordNextSignIn: true,
        },
      });
      await graph("POST", `/groups/${groupId}/members/$ref`, reference(person.id));
      return person;
    },
    change: (id, properties) => graph("PATCH", `/users/${id}`, properties),
    remove: (id) => graph("DELETE", `/users/${id}`),
    async move(id, from, to) {
      await graph("DELETE", `/groups/${from}/members/${id}/$ref`);
      await graph("POST", `/groups/${to}/members/$ref`, reference(id));
    },
    close: () => dispatcher.close(),
  };
}
