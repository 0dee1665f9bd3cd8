/** What the first page shows. @packageDocumentation */
import { credentialsOf } from "../../components/credentials/listed.ts";
import { needsAttention, NOTICE_DAYS } from "../../components/credentials/status.ts";
import { stateOf } from "../../contract/access/requests.ts";
import type { AlertKind } from "../../contract/alerts.ts";
import { PEOPLE_PAGE } from "../../contract/console-pages.ts";
import { dayOf } from "../../contract/days.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { command } from "../../contract/this-stack.ts";
import { counted } from "../../contract/words.ts";
import { readRequests } from "../../sync/access/book.ts";
import { type Cause, causesOf } from "../../sync/alerts/causes.ts";
import { readChannel } from "../../sync/alerts/deliver.ts";
import type { State } from "../../sync/index.ts";
import { strategyName } from "../../sync/schedule/strategies.ts";
import type { Job } from "../work/work.ts";
import type { ConsoleWorld } from "../world.ts";
import { registrationsOf } from "./registrations.ts";
import { readStanding, type Standing, type SyncStanding } from "./syncs.ts";

/** Something that is not as it should be: what people are alerted of, and what alerts cannot tell. */
export interface Concern extends Omit<Cause, "key" | "kind"> {
  readonly kind: Exclude<AlertKind, "success"> | "request" | "channel" | "deployed";
}

export interface Overview extends Standing {
  readonly syncs: readonly (SyncStanding & { readonly job?: Job; readonly isDisabled: boolean })[];
  readonly concerns: readonly Concern[];
}

type Looked = Pick<
  ConsoleWorld,
  "outputs" | "deployedAnew" | "now" | "state" | "syncs" | "strategies" | "disabled" | "work"
>;

export async function overviewOf(world: Looked): Promise<Overview> {
  const now = world.now();
  const state = await world.state();
  const { syncs, ...rest } = await readStanding(state, { ...world, now });
  const { open } = causesOf({
    runs: syncs.flatMap(({ runs }) => runs),
    missed: syncs.flatMap(({ strategy }) =>
      strategy?.missed ? [{ strategy: strategy.name, missed: strategy.missed }] : [],
    ),
    credentials: credentialsOf(world.outputs, dayOf(now.toISOString()), NOTICE_DAYS).filter(needsAttention),
    drift: await driftOf(world.outputs, state, now),
    syncs: world.syncs,
    console: "",
  });
  const jobs = world.work.all().filter(({ ended, what }) => !ended && what === "run");
  return {
    ...rest,
    syncs: syncs.map((each) => {
      const job = jobs.find(({ sync }) => sync.sync === each.sync);
      return { ...each, ...(job && { job }), isDisabled: world.disabled.includes(strategyName(each)) };
    }),
    concerns: [
      ...(await requestsIn(state, now)),
      ...deployedSince(world.deployedAnew()),
      ...open.flatMap(({ kind, ...cause }) => (kind === "success" ? [] : [{ kind, ...cause }])),
      ...(await troublesOf(world.outputs, state)),
    ],
  };
}

/** As somebody saw it last; undefined: nobody has looked. */
async function driftOf(outputs: Outputs, state: State, now: Date) {
  const { registrations, at } = await registrationsOf(outputs, state, now);
  if (at === undefined) return undefined;
  return registrations.flatMap(({ registration: { name }, differences = [], revoked = [] }) =>
    differences.length === 0 ? [] : [{ registration: name, differences, revoked }],
  );
}

function deployedSince(seen: Date | undefined): readonly Concern[] {
  if (seen === undefined) return [];
  return [
    {
      kind: "deployed",
      title: "what is shown here is of an earlier deployment",
      happened: `The stack was deployed otherwise since this process started, as was seen at ${seen.toISOString()}.`,
      means: "Syncs that are started here, and by events, still go by the settings of before.",
      todo: `End the process and start it again (${command("serve")}). Who is signed in stays so.`,
    },
  ];
}

async function requestsIn(state: State, now: Date): Promise<readonly Concern[]> {
  const open = (await readRequests(state)).filter((request) => stateOf(request, now) === "open");
  const [first] = open.map(({ expires }) => expires).sort();
  if (first === undefined) return [];
  return [
    {
      kind: "request",
      title: `${counted(open.length, "request")} for access`,
      happened: `Somebody asked for access, and nobody has decided. The first request ends by itself at ${first}.`,
      means: "Who asks may do nothing here until then.",
      todo: "An administrator lets them in, or not.",
      link: PEOPLE_PAGE,
    },
  ];
}

/** Channels that cannot be told, or do not reach all. */
async function troublesOf({ integrations }: Outputs, state: State): Promise<readonly Concern[]> {
  const { channels = [] } = integrations.alerts ?? {};
  const found = await Promise.all(channels.map(async ({ name }) => ({ name, ...(await readChannel(state, name)) })));
  return found.flatMap(({ name, unreached, trouble }): readonly Concern[] => {
    const partly: readonly Concern[] = unreached
      ? [
          {
            kind: "channel",
            title: `the alert channel ${name} does not reach everybody`,
            happened: `Of its last message: ${unreached}`,
            means: "Some of those who are alerted by it do not know what is wrong here.",
            todo: `Mend what the sentence above names, then try it (${command("alerts test")}).`,
          },
        ]
      : [];
    if (!trouble) return partly;
    const { since, attempts, message, next } = trouble;
    return [
      ...partly,
      {
        kind: "channel",
        title: `the alert channel ${name} cannot be told`,
        happened: `Since ${since} (${counted(attempts, "try", "tries")}): ${message}`,
        means: "Who is alerted by it does not know what is wrong here.",
        todo: `Mend what the sentence above names, then try it (${command("alerts test")}). Otherwise the next try is at ${next}.`,
      },
    ];
  });
}
