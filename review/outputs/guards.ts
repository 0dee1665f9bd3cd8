/** What of the outputs opens something, takes a guard away or makes another scope. Pure. @packageDocumentation */
import { hostOf } from "../../contract/redirect-uris.ts";
import type { OutputDifference } from "./difference.ts";
import { command, fill } from "../../contract/this-stack.ts";
import { listed } from "../../contract/words.ts";

/** @param isNew with the whole target or form, of which nothing was told before */
type Guard = (difference: OutputDifference, isNew: boolean) => string | undefined;

const host: Guard = ({ before, after }) => {
  const [old, now] = [before, after].map((value) => (typeof value === "string" ? hostOf(value) : undefined));
  return now !== undefined && now !== old ? `a new host, ${now}` : undefined;
};

const changed =
  (reason: string): Guard =>
  ({ after }) =>
    after === undefined ? undefined : reason;

/** A list that keeps something away: what is not in it any more is open. */
const shorter =
  (reason: string): Guard =>
  ({ removed = [], before, after }) =>
    removed.length > 0 || (before !== undefined && after === undefined) ? reason : undefined;

/** A list without which everybody is in scope. */
const scope =
  (of: string): Guard =>
  ({ before, after, removed = [] }, isNew) => {
    if (isNew) return undefined;
    if (isNothing(after)) return isNothing(before) ? undefined : `everybody is in scope, and not some ${of}`;
    if (isNothing(before)) return `only some ${of} are in scope, and not everybody: the others are switched off`;
    return removed.length > 0
      ? `other people are in scope: who is in none of the ${of} left is switched off`
      : undefined;
  };

function isNothing(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}

/** Which rooms are in scope; that all are, is told of the word for it. */
const someRooms: Guard = ({ removed = [], after }, isNew) =>
  isNew || removed.length === 0 || after === undefined
    ? undefined
    : "other rooms are in scope: what nothing names any more is retired";

/** What is kept out is switched off where it was synced. */
const keptOut: Guard = (difference, isNew) =>
  shorter("fewer are kept out")(difference, isNew) ??
  (!isNew && (difference.added ?? []).length > 0
    ? "more are kept out: who was in scope of them is switched off"
    : undefined);

/** Of an organization: `integrations.plans.organizations.<name>.` and this. */
const ofOrganization = (place: string) => new RegExp(`^integrations\\.plans\\.organizations\\..+\\.${place}$`);

/** What is not told of before is new with all that it has. */
const plans: readonly (readonly [pattern: RegExp, guard: Guard])[] = [
  [
    ofOrganization("createWorkItems"),
    ({ after }) => (after === true ? "what people make in OnePlan becomes work items" : undefined),
  ],
  [
    ofOrganization("projects"),
    ({ before, added = [], removed = [] }) => {
      if (before === undefined) return "work items of another organization";
      if (added.length > 0) return "work items of more projects";
      return removed.length > 0 ? "work items of fewer projects" : undefined;
    },
  ],
  [
    ofOrganization("url"),
    (difference, isNew) =>
      host(difference, isNew) ??
      (difference.before === undefined || difference.after === undefined
        ? undefined
        : "another organization or collection of the same host"),
  ],
  [
    ofOrganization("(planTypes|taskTypes)"),
    ({ before, after, added = [] }) => {
      if (before === undefined || after === undefined) return undefined;
      return added.length > 0 ? "work items of more types" : "work items of fewer types";
    },
  ],
  [
    ofOrganization("(query|area)"),
    ({ before }) => (before === undefined ? undefined : "other work items are in scope"),
  ],
  [
    ofOrganization("outsideIterations"),
    ({ before, after }) => (before === false && after === true ? "tasks outside of iterations come" : undefined),
  ],
  [
    ofOrganization("tokenVaultSecret"),
    ({ before, after }) =>
      before === undefined && after !== undefined ? "a personal access token is the way in" : undefined,
  ],
  [
    ofOrganization("(planFields|taskFields)\\..+\\.direction"),
    ({ after }) =>
      after === "both" || after === "toAzureDevOps"
        ? "work items are changed by what people write in OnePlan"
        : undefined,
  ],
  [
    ofOrganization("(planFields|taskFields)\\..+\\.conflict"),
    ({ after }) =>
      after === undefined || after === "fail" ? undefined : "what was changed on one side is overwritten by the other",
  ],
  [
    ofOrganization("(planFields|taskFields)\\..+\\.empty"),
    ({ before, after }) =>
      before === "keep" && after !== "keep" ? "what is empty on one side is cleared on the other" : undefined,
  ],
];

/** Whom a way to sign in besides that of the tenant's people lets in. */
const comers: Readonly<Record<string, string>> = {
  office365: "people of other tenants",
  forms: "people with accounts of forms",
};

/** Its registration is of this tenant alone, and it compares the tenant of each token. */
const NOT_TO_THE_CONSOLE = ", though the console takes nobody of another tenant";

/** Who comes in, as what. */
const people: readonly (readonly [pattern: RegExp, guard: Guard])[] = [
  [
    /^integrations\.access\.administrators$/,
    ({ added = [], removed = [], after, before }) => {
      if (added.length > 0 || (before === undefined && !isNothing(after))) return "people become administrators";
      // Of a group that is linked from now on nobody is written there: OnePlan decides.
      return removed.length > 0 && !isNothing(after)
        ? `who is taken out stays an administrator, until one removes the person (${command("access remove", fill("person"))})`
        : undefined;
    },
  ],
  [
    /^integrations\.access\.selfService$/,
    ({ after }) =>
      after === true ? "whoever of the tenant signs in first becomes the administrator of the group" : undefined,
  ],
  [
    /^integrations\.access\.authentication$/,
    ({ after }) =>
      after === "multiAuthentication"
        ? `people of other tenants, or with accounts of forms, can sign in${NOT_TO_THE_CONSOLE}`
        : undefined,
  ],
  [
    /^integrations\.access\.allowed$/,
    ({ added = [], after, before }) => {
      const more = before === undefined && Array.isArray(after) ? after.map(String) : added;
      if (more.length === 0) return undefined;
      const who = `${listed(more.map((way) => comers[way] ?? way))} can sign in`;
      return more.includes("office365") ? `${who}${NOT_TO_THE_CONSOLE}` : who;
    },
  ],
  [
    /^integrations\.access\.oneplanConfiguration$/,
    ({ after }) =>
      after === undefined
        ? "OnePlan does not decide any more who comes in"
        : "the people of that OnePlan group come in, and its owners are administrators",
  ],
  [/^integrations\.access\.id$/, ({ before }) => (before === undefined ? undefined : "another group")],
  [
    /^integrations\.access\.mailBy$/,
    ({ before }) => (before === undefined ? undefined : "requests for access are told elsewhere, or to nobody"),
  ],
];

/** Of an alert channel: `integrations.alerts.channels.<name>.` and this. */
const ofChannel = (place: string) => new RegExp(`^integrations\\.alerts\\.channels\\.[^.]+\\.${place}$`);

/** One that comes or goes is told by its name, and by where it goes. */
const alerts: readonly (readonly [pattern: RegExp, guard: Guard])[] = [
  [
    ofChannel("name"),
    ({ after }) => (after === undefined ? "nobody is alerted by it any more" : "somebody else is alerted"),
  ],
  [
    ofChannel("mail\\.host"),
    ({ after }) =>
      typeof after === "string"
        ? `mail goes by another server, ${after}, which gets the password if there is one`
        : undefined,
  ],
  [
    ofChannel("mail\\.oauth2\\.tokenUrl"),
    (difference, isNew) => {
      const found = host(difference, isNew) ?? (difference.after === undefined ? undefined : "another address");
      return found === undefined ? undefined : `${found}, which gets the client's secret`;
    },
  ],
  [
    ofChannel("webhook\\.url"),
    (difference, isNew) => host(difference, isNew) ?? (difference.after === undefined ? undefined : "another address"),
  ],
  // A channel that changes its way keeps its name: nothing else would tell that others are alerted by it.
  [ofChannel("webhook\\.format"), changed("alerts go to another place")],
  [ofChannel("(mail|graph)\\.to"), changed("other people are alerted")],
  [
    ofChannel("mail\\.from"),
    ({ before, after }) =>
      before === undefined || after === undefined ? undefined : "alerts come as if somebody else had sent them",
  ],
  [
    ofChannel("on"),
    ({ after, removed = [] }) =>
      after !== undefined && removed.length > 0 ? `not alerted of any more: ${removed.join(", ")}` : undefined,
  ],
];

/** By the name of the last part; the first that fits decides, and addresses are looked at wherever they are. */
const guards: readonly (readonly [pattern: RegExp, guard: Guard])[] = [
  // Told as what it is: somebody who can sign in.
  [/^federated\./, () => undefined],
  [/^tenant\./, () => "another tenant"],
  [/\.routes(\.|$)/, () => "another way to the server's API"],
  [/^integrations\.(file|roomsFile)\.path$/, changed("another path that is written to")],
  // Without one written there is the default: only what is known to be less is no lifted limit.
  [
    /\.limits\./,
    ({ before, after }) =>
      typeof before === "number" && typeof after === "number" && after <= before ? undefined : "a lifted limit",
  ],
  [/\.(protected|protectedGroups)$/, shorter("fewer are protected from being disabled")],
  [/\.(exclude|excludedGroups)$/, keptOut],
  [/\.users\.groups$/, scope("groups")],
  [/\.administrativeUnits$/, scope("administrative units")],
  [
    /\.filter$/,
    ({ after }) =>
      after === undefined
        ? "nobody is filtered out any more"
        : "other people are in scope: whom the filter leaves out is switched off",
  ],
  [
    /\.guests$/,
    ({ before, after }) => {
      if (before === false) return after === false ? undefined : "guests are in scope";
      return after === false ? "guests are in scope no more: those who were are switched off" : undefined;
    },
  ],
  [
    /(\.rooms|^integrations\.ones\.rooms|^integrations\.roomsFile\.rooms)\.scope$/,
    ({ before, after }) => {
      if (after === "all" && before !== undefined) return "all rooms are in scope, and not some";
      return before === "all" && after !== undefined
        ? "only some rooms are in scope: the others are retired"
        : undefined;
    },
  ],
  [/(\.rooms|^integrations\.roomsFile)\.(addresses|lists|buildings|tags)$/, someRooms],
  [
    /\.workspaces$/,
    ({ before, after }) =>
      before === true && after !== true ? "workspaces are in scope no more: they are retired" : undefined,
  ],
  [
    /^integrations\.onesMicrosoft365\.rooms$/,
    ({ before, after, removed = [] }) => {
      if (before === undefined) return undefined;
      if (after === undefined) return "all rooms, and not some";
      return removed.length > 0 ? "what is booked in some rooms does not come any more" : undefined;
    },
  ],
  [/\.clearOnEmpty\./, ({ after }) => (after === "keep" ? undefined : "what is empty in Entra is cleared there")],
  [
    /\.disabledAccountsAreInactive$/,
    ({ after }) => (after === false ? "people whose account is disabled stay active" : undefined),
  ],
  [
    /\.retireAfter\./,
    ({ before, after }) =>
      typeof before === "number" && typeof after === "number" && after >= before
        ? undefined
        : "rooms may be retired sooner",
  ],
  [
    /^sync\.strategies\..*\.(enabled|schedule)$/,
    ({ before, after }) =>
      after === false || after === "none" || (before !== undefined && before !== "none" && after === undefined)
        ? "it does not run by itself any more"
        : undefined,
  ],
  ...alerts,
  [/delete/i, () => "something is deleted otherwise than before"],
  [
    /^integrations\.oneconnect\.(authentication|allowed)$/,
    ({ added, after }) =>
      (added?.includes("forms") ?? false) || after === "multiAuthentication"
        ? "people can sign in by other ways"
        : undefined,
  ],
  ...plans,
  ...people,
  [/\.orders\.revokeBefore$/, changed("a deployment on that day or later ends what was made before, and copies of it")],
  [/^consents\..*\.clientId$/, changed("consent is asked for another application")],
  [/\.exchangeScope\./, () => "other mailboxes are in reach"],
];

/**
 * Undefined: it opens nothing, and takes nobody out.
 *
 * @param isNew with the whole target or form, of which nothing was told before
 */
export function reasonOf(difference: OutputDifference, isNew: boolean): string | undefined {
  const place = difference.path.join(".");
  const guard = guards.find(([pattern]) => pattern.test(place));
  return guard ? guard[1](difference, isNew) : host(difference, isNew);
}
