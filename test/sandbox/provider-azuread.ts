import { readFileSync } from "node:fs";
import { createHttp } from "../../sandbox/provider/http.ts";
import type { Properties } from "../../sandbox/provider/json.ts";
import { resourceOf } from "../../sandbox/provider/registry.ts";
import type { Recorded, Resource } from "../../sandbox/provider/resource.ts";
import { createSession, type Session } from "../../sandbox/provider/session.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

/** The azuread types against the stand-in's own hosts, without an engine. */
export interface Azuread {
  readonly sandbox: Sandbox;
  readonly session: Session;
  /** Another connection of the engine, with this configuration. */
  sessionOf(config: Properties): Session;
  /** By the last word of its token, `ApplicationOwner`. */
  type(name: string): Resource;
  /** Checks and creates, as the engine does. */
  create(name: string, news: Properties): Promise<Recorded>;
  /** @throws when the change would replace */
  update(name: string, old: Recorded, change: Properties): Promise<Recorded>;
  close(): Promise<void>;
}

export async function startAzuread(): Promise<Azuread> {
  const sandbox = await startSandbox({ users: 20, provider: false });
  const http = createHttp(sandbox.proxyUrl, readFileSync(sandbox.caFile, "utf8"));
  const sessionOf = (config: Properties) => createSession(config, sandbox.environment, http, sandbox.world);
  const session = sessionOf({});
  const type = (name: string) => resourceOf(`azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`);
  return {
    sandbox,
    session,
    sessionOf,
    type,
    async create(name, news) {
      const request = { name: "x", olds: {}, news, randomSeed: new Uint8Array([1]) };
      const { inputs, failures } = await type(name).check(session, request);
      if (failures.length > 0) throw new Error(failures.join("; "));
      return { inputs, ...(await type(name).create(session, inputs)) };
    },
    async update(name, old, change) {
      const inputs = { ...old.inputs, ...change };
      const { changes } = type(name).diff(old, inputs, []);
      const replacing = changes.filter((each) => each.replaces).map((each) => each.path);
      if (replacing.length > 0) throw new Error(`${replacing.join(", ")} would replace ${name}`);
      return { id: old.id, inputs, state: await type(name).update(session, old, inputs, []) };
    },
    async close() {
      await http.close();
      await sandbox.stop();
    },
  };
}
