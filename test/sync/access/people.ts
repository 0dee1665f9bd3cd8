/** A group with a state of its own, and people who sign in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entraKey, type Identity } from "../../../contract/access/people.ts";
import type { DeclaredAccess } from "../../../contract/outputs/access.ts";
import { Access, type AccessOptions } from "../../../sync/access/access.ts";
import { type AuditEntry, readTrail } from "../../../sync/access/audit.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import { Clock } from "../run/fakes.ts";

export const HOME = "11111111-1111-4111-8111-111111111111";
export const OTHER = "22222222-2222-4222-8222-222222222222";

/** An object id that is easy to read. */
export function objectIdOf(name: string): string {
  return `${Buffer.from(name.padEnd(4, "0")).toString("hex").slice(0, 8)}-0000-4000-8000-000000000000`;
}

/** Somebody of the tenant, unless said otherwise. */
export function somebody(name: string, other: Partial<Identity> = {}): Identity {
  const mail = `${name}@contoso.com`;
  return { signedInBy: "office365", tenant: HOME, objectId: objectIdOf(name), name, mail, ...other };
}

export function keyOf(name: string): string {
  return entraKey(HOME, objectIdOf(name));
}

export const declared: DeclaredAccess = {
  id: "contoso",
  name: "Contoso",
  authentication: "office365Strict",
  allowed: [],
  timeZone: "Europe/Berlin",
  administrators: [objectIdOf("ada")],
  requests: { remindAfterDays: 3, expireAfterDays: 14 },
};

export const linked: DeclaredAccess = {
  ...declared,
  administrators: [],
  allowed: ["office365", "forms"],
  oneplanConfiguration: "33333333-3333-4333-8333-333333333333",
};

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "tenantwire-access-"));
  readonly file = join(this.folder, "state.sqlite");
  readonly store: StateStore = openSqliteState(this.file);
  readonly clock = new Clock();
  consented = true;

  open(group: DeclaredAccess = declared, other: Partial<AccessOptions> = {}): Access {
    const { store, clock } = this;
    const adminConsent = async () => this.consented;
    return new Access({ store, declared: group, tenant: HOME, now: clock.now, adminConsent, ...other });
  }

  async trail(): Promise<readonly AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for await (const entry of readTrail(await this.store.read())) entries.push(entry);
    return entries;
  }

  async actions(): Promise<readonly string[]> {
    return (await this.trail()).map(({ action }) => action);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
