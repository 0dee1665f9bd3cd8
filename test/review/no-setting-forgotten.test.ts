/**
 * Whatever is written otherwise in the settings, the page is another one, without opening anything on it: every place of
 * their schema, changed alone.
 * The real program declares both, under Pulumi's mocks.
 */
import { beforeAll, expect, it } from "@jest/globals";
import { pageOf, renderMarkdown } from "../../cli/review-page/index.ts";
import { type PolicySource, reviewPreview } from "../../review/index.ts";
import type { Preview } from "../../review/preview.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { guidOf, mockPulumi } from "../components/deploy.ts";
import { asConfiguration, changed, type Written } from "../stacks/written.ts";
import { companyWith } from "./company.ts";
import { previewBetween, type Ran, ran, secretsOf, TODAY } from "./pull-requests.ts";
import { type Known, type Place, placesOf, samplesOf, settingsSchema } from "./settings-paths.ts";

const SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/default";
const federated = [{ name: "boards", issuer: "https://issuer.contoso.com", subject: "s" }];
const rotated = { rotateOn: "2025-12-01", revokeBefore: "2025-12-01" };

/** Of a company only what is named, and what every stack has. */
function only(names: readonly string[], changes: Readonly<Record<string, unknown>> = {}): Written {
  const every = ["tenant", "deployer", "owners", "azure", "vault", "syncIdentity"];
  const written = companyWith(changes);
  return Object.fromEntries(Object.entries(written).filter(([name]) => [...every, ...names].includes(name)));
}

function azureDevOps(organization: Readonly<Record<string, unknown>>, servicePrincipal?: unknown): Written {
  const organizations = [{ name: "contoso", ...organization }];
  return { ...only([]), azureDevOps: { organizations, ...(servicePrincipal !== undefined && { servicePrincipal }) } };
}

const ofUsers = {
  ...{ administrativeUnits: ["Europe"], excludedGroups: ["Contractors"], protectedGroups: ["Board"] },
  cardNumber: { source: "pager", field: "card" },
};

/** Companies that have, together, everything that can be written; some of it excludes each other. Each is small. */
const bases: Readonly<Record<string, () => Written>> = {
  "the stack": () => ({
    ...only(["protect", "files", "rules", "sync"], {
      "rules.two-owners": { level: "advisory", exceptions: [] },
      "vault.network": { allowedIps: ["203.0.113.7"], allowedSubnets: [SUBNET] },
    }),
    production: false,
    about: { description: "d", serviceManagementReference: "r" },
  }),
  "a secret for the syncs": () =>
    only(["files"], { "syncIdentity.federated": undefined, "syncIdentity.secret": rotated }),
  "a certificate for the syncs": () =>
    only(["files"], { "syncIdentity.federated": undefined, "syncIdentity.certificate": rotated }),
  OnePlan: () => only(["oneplan"], { "oneplan.users": { groups: ["A"], fields: { mail: "mail" }, ...ofUsers } }),
  "OnePlan, secret not entered yet": () =>
    only(["oneplan"], {
      "oneplan.environment": undefined,
      "oneplan.baseUrl": "https://oneplan.contoso.com",
      "oneplan.entraUsers.secret": rotated,
    }),
  "OnePlan, applications of the vendor": () =>
    only(["oneplan", "oneconnect"], {
      oneconnect: { application: "vendor", group: "Contoso", clientId: guidOf("oneconnect") },
      "oneplan.entraUsers": { application: "vendor" },
      "oneplan.vendorApplications": { adSynchronization: guidOf("ad") },
    }),
  OneConnect: () => only(["oneconnect"]),
  "OneConnect, secret not entered yet": () =>
    only(["oneconnect"], {
      "oneconnect.secret": rotated,
      "oneconnect.authentication": "multiAuthentication",
      "oneconnect.allowed": ["office365", "forms"],
    }),
  ONES: () => ({
    ...only(["ones"], {
      "vault.vendorReaders": [guidOf("reader")],
      "vault.existing": { syncs: "kv-syncs", vendors: "kv-vendors" },
      "ones.microsoft365.singleSignOn.scopes": ["openid", "profile"],
      "ones.users": { groups: ["A"], fields: { mail: "mail" }, ...ofUsers, cardNumber: { source: "pager" } },
      "ones.rooms": { ...roomLists(), fields: { name: "displayName" } },
    }),
    adoptedCredentials: [
      {
        ...{ registration: "sync", kind: "certificate", keyId: guidOf("adopted"), ends: "2027-01-31" },
        ...{ thumbprint: "A".repeat(40), since: "2025-12-01", note: "n" },
      },
    ],
  }),
  "ONES, secrets not entered yet": () =>
    only(["ones", "rules"], {
      "rules.single-tenant": { level: "advisory", exceptions: [] },
      "ones.rooms": { scope: "all" },
      "ones.microsoft365.secret": rotated,
      "ones.microsoft365.singleSignOn.secret": rotated,
      "ones.microsoft365.exchangeScope": undefined,
      "ones.microsoft365.mode": "delegatedPermission",
      "ones.microsoft365.defaultUserGroups": ["Staff"],
    }),
  Files: () => ({
    ...only([]),
    files: {
      users: { path: "people.csv", format: "csv", groups: ["Staff"], fields: { mail: "mail" }, ...ofUsers },
      rooms: { path: "rooms.csv", format: "csv", ...roomLists(), fields: { name: "displayName" } },
    },
  }),
  Plans: () => plans({ environment: "my" }, { area: "Web\\Team" }, { conflict: "newest" }),
  "Plans of a server": () =>
    plans(
      { baseUrl: "https://oneplan.contoso.com" },
      { url: "https://devops.contoso.com/tfs/Default" },
      { direction: "toOnePlan" },
    ),
  "syncs by the hour": () => scheduled({ schedule: "hourly", minutes: [0], days: ["mon"] }),
  "syncs by the day": () => scheduled({ schedule: "daily", times: ["06:15"], days: ["mon"] }),
  "syncs by the month": () => scheduled({ schedule: "monthly", times: ["06:15"], monthDays: [1] }),
  "syncs by hand": () => scheduled({ schedule: "none" }),
  "alerts by mail": () =>
    alerting({
      mail: {
        ...{ host: "smtp.contoso.com", port: 465, security: "tls", from: "tenantwire@contoso.com" },
        ...{ to: ["it@contoso.com"], user: "tenantwire", secret: "onesKey" },
        oauth2: {
          tokenUrl: "https://login.contoso.com/token",
          clientId: "c",
          scope: "https://mail.contoso.com/.default",
        },
      },
    }),
  "alerts by Graph": () => byGraph({ federated }),
  "alerts by Graph, with a secret": () => byGraph({ secret: rotated }),
  "alerts by Graph, with a certificate": () => byGraph({ certificate: rotated }),
  "alerts by a signed webhook": () =>
    alerting({ webhook: { format: "signed", url: "https://alerts.contoso.com/in", secret: "onesKey" } }),
  "alerts by Slack": () => alerting({ webhook: { format: "slack", secret: "onesKey" } }),
  "a group of its own": () =>
    group({ administrators: [guidOf("ada")], authentication: "multiAuthentication", allowed: ["office365"] }),
  "a group that is linked to OnePlan's": () => ({
    ...only(["oneplan"]),
    access: { name: "Contoso", id: "contoso", oneplanConfiguration: guidOf("configuration") },
  }),
  "a console by secret": () => consoleOf({ publicUrl: "https://console.contoso.com", secret: rotated }),
  "a console by certificate": () => consoleOf({ certificate: rotated }),
  "a console by trust": () => consoleOf({ federated }),
  "Azure DevOps by token": () => azureDevOps({ token: { secret: "onesKey", expires: "2027-01-31" } }),
  "Azure DevOps by secret": () => azureDevOps({}, { displayName: "boards", secret: rotated }),
  "Azure DevOps by certificate": () => azureDevOps({}, { displayName: "boards", certificate: rotated }),
  "Azure DevOps by trust": () => azureDevOps({}, { displayName: "boards", federated }),
};

function byGraph(signIn: Written): Written {
  const { alerts, ...rest } = alerting({ graph: { to: ["it@contoso.com"] } });
  const graph = { displayName: "mail", mailbox: "tenantwire@contoso.com", ...signIn };
  return { ...rest, alerts: { ...(alerts as Written), graph } };
}

function alerting(channel: Written): Written {
  return { ...only(["files"]), alerts: { channels: { night: { on: ["failure"], ...channel } } } };
}

function group(settings: Written): Written {
  const channel = { on: ["failure"], mail: { host: "smtp.contoso.com", from: "a@contoso.com", to: ["b@contoso.com"] } };
  return {
    ...only(["files"]),
    alerts: { channels: { night: channel, day: channel } },
    access: {
      ...{ name: "Contoso", id: "contoso", timeZone: "Europe/Berlin", mailBy: "night" },
      requests: { remindAfterDays: 2, expireAfterDays: 20 },
      ...settings,
    },
  };
}

function consoleOf(settings: Written): Written {
  return {
    ...group({ administrators: [guidOf("ada")] }),
    console: { displayName: "tenantwire console", consent: "grant", ...settings },
  };
}

/** @param field the first of each mapping, with what it has besides */
function plans(oneplan: Written, organization: Written, field: Written): Written {
  const stage = { azureDevOps: "Custom.Stage", oneplan: "Stage", direction: "both", empty: "keep", ...field };
  const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" };
  const fields = [{ ...stage, values: [{ azureDevOps: "a", oneplan: "b" }] }, title];
  const types = { planTypes: ["Epic", "Feature"], taskTypes: ["User Story"], projectPlanType: "Project" };
  const token = { secret: "plansToken", expires: "2027-01-31" };
  const named = { name: "contoso", buttonName: "Contoso", query: "[System.Tags] CONTAINS 'x'", projects: ["Web"] };
  return {
    ...only([]),
    plans: {
      oneplan: { ...oneplan, key: { name: "plans", secret: "oneplanKey", expires: "2027-01-31" } },
      integrationId: guidOf("integration"),
      organizations: [{ ...named, token, ...types, planFields: fields, taskFields: fields, ...organization }],
    },
  };
}

function scheduled(when: Written): Written {
  const one = { enabled: true, timeZone: "Europe/Berlin", read: "full", ...when };
  const each = { ...one, targets: { file: one } };
  return { ...only(["files"]), sync: { strategies: { users: each, rooms: each, plans: each, access: each } } };
}

function roomLists(): Written {
  return {
    scope: "specified",
    addresses: ["a@contoso.com"],
    lists: ["l@contoso.com"],
    buildings: ["Berlin"],
    tags: ["VIP"],
  };
}

/** Places that cannot be changed alone in any of these companies, each with the reason. */
const fixed: Readonly<Record<string, string>> = {
  "tenant.id": "a stack is of one tenant: the guard refuses another one",
  "tenant.domain": "the guard refuses a domain of another tenant",
  "ones.rooms.scope": "only together with a list of rooms",
  "files.rooms.scope": "only together with a list of rooms",
  "oneplan.entraUsers.application": "only together with the consent",
  "access.selfService": "only together with the administrators",
  "oneconnect.application": "only together with the consent",
};

let unchanged: Map<string, { readonly before: Ran; readonly page: string }>;

beforeAll(async () => {
  await mockPulumi();
  unchanged = new Map();
  for (const [name, written] of Object.entries(bases)) {
    const before = await ran(written(), undefined);
    if (before.failure !== undefined) throw new Error(`${name}: ${before.failure}`);
    unchanged.set(name, { before, page: page(await previewBetween(before, written()), written()) });
  }
}, 120_000);

function page(preview: Preview, base: Written): string {
  const source: PolicySource = {
    file: "base.yaml",
    policy: { rules: (base["rules"] ?? {}) as never, production: base["production"] !== false },
  };
  const whole = pageOf(reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14, base: source }));
  // What is seen only by who opens it is seen by nobody.
  return renderMarkdown({ ...whole, sections: whole.sections.filter(({ open }) => open) });
}

/** Where in what is written a place is: every such path that there is, or that could be added. */
function pathsIn(written: unknown, place: Place): (string | number)[][] {
  const [step, ...rest] = place;
  if (step === undefined) return [[]];
  if (step === "[]") {
    if (!Array.isArray(written) || written.length === 0) return [];
    return pathsIn(written[0], rest).map((path) => [0, ...path]);
  }
  if (typeof written !== "object" || written === null || Array.isArray(written)) return [];
  const names = step === "*" ? Object.keys(written).slice(0, 1) : [step];
  return names.flatMap((name) => {
    const inside = (written as Record<string, unknown>)[name];
    if (rest.length > 0 && inside === undefined) return [];
    return pathsIn(inside, rest).map((path) => [name, ...path]);
  });
}

/** As the program understands it; undefined: it is refused. */
function understood(written: Written): string | undefined {
  try {
    return JSON.stringify(parseSettings(asConfiguration(written, secretsOf(written)), "contoso"));
  } catch {
    return undefined;
  }
}

function at(written: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, step) => (here as Record<string | number, unknown> | undefined)?.[step], written);
}

/** Another value, one more in a list, or none. */
function* changesOf(
  written: Written,
  path: readonly (string | number)[],
  samples: readonly unknown[],
): Generator<Written> {
  const now = at(written, path);
  if (typeof now === "string") {
    const others = [`${now}x`, `x${now}`, now.replace("://", "://x"), now.replace(/^\d{4}/, "2028")];
    for (const other of others) if (other !== now) yield changed(written, path, other);
  }
  if (typeof now === "number") yield changed(written, path, now + 1);
  for (const sample of samples) {
    if (JSON.stringify(sample) !== JSON.stringify(now)) yield changed(written, path, sample);
  }
  if (now !== undefined && typeof path.at(-1) === "string") yield changed(written, path, undefined);
}

const places = Map.groupBy(placesOf(settingsSchema), ({ place }) => place[0]!);

it.each([...places])(
  "every setting of %s",
  async (_top, own) => {
    const silent: string[] = [];
    const untried: string[] = [];
    for (const known of own) {
      const name = known.place.join(".");
      const shown = await isShown(known);
      // What consists of others is tried by them, where it cannot be taken out or put in whole.
      const isWhole = own.some(
        ({ place }) => place.length > known.place.length && place.join(".").startsWith(`${name}.`),
      );
      if (shown === undefined && !isWhole) untried.push(name);
      if (shown === false) silent.push(name);
    }
    const known = Object.keys(fixed).filter((name) => own.some(({ place }) => place.join(".") === name));
    expect({ silent, untried }).toEqual({ silent: [], untried: known });
  },
  300_000,
);

/** Of the first change that the program takes. Undefined: there is none. */
async function isShown({ place, schema }: Known): Promise<boolean | undefined> {
  // First where it is written already.
  const tries = Object.keys(bases).map((base) => ({ base, written: bases[base]!() }));
  const isThere = ({ written }: { written: Written }) =>
    pathsIn(written, place).some((path) => at(written, path) !== undefined);
  for (const { base, written } of [...tries.filter(isThere), ...tries.filter((each) => !isThere(each))]) {
    const { before, page: same } = unchanged.get(base)!;
    const meant = understood(written);
    const samples = samplesOf(schema);
    for (const change of pathsIn(written, place).flatMap((path) => [...changesOf(written, path, samples)])) {
      const means = understood(change);
      // What says what the default says is no change.
      if (means === undefined || means === meant) continue;
      const preview = await previewBetween(before, change);
      if (preview.diagnostics.some(({ severity }) => severity === "error")) continue;
      return page(preview, written) !== same;
    }
  }
  return undefined;
}
