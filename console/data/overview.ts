/** What the first page shows. @packageDocumentation */
import { credentialsOf } from "../../components/credentials/listed.ts";
import { needsAttention, NOTICE_DAYS } from "../../components/credentials/status.ts";
import { dayOf } from "../../contract/days.ts";
import { type Cause, causesOf } from "../../sync/alerts/causes.ts";
import type { Job } from "../work/work.ts";
import type { ConsoleWorld } from "../world.ts";
import { readStanding, type Standing, type SyncStanding } from "./syncs.ts";

export interface Overview extends Standing {
  readonly syncs: readonly (SyncStanding & { readonly job?: Job })[];
  /** What is not as it should be. */
  readonly causes: readonly Cause[];
}

type Looked = Pick<ConsoleWorld, "outputs" | "now" | "state" | "syncs" | "strategies" | "work">;

export async function overviewOf(world: Looked): Promise<Overview> {
  const now = world.now();
  const { syncs, ...rest } = await readStanding(await world.state(), { ...world, now });
  const { open } = causesOf({
    runs: syncs.flatMap(({ last }) => (last ? [last] : [])),
    missed: syncs.flatMap(({ strategy }) =>
      strategy?.missed ? [{ strategy: strategy.name, missed: strategy.missed }] : [],
    ),
    credentials: credentialsOf(world.outputs, dayOf(now.toISOString()), NOTICE_DAYS).filter(needsAttention),
  });
  const jobs = world.work.all().filter(({ ended, what }) => !ended && what === "run");
  return {
    ...rest,
    syncs: syncs.map((each) => {
      const job = jobs.find(({ sync }) => sync.sync === each.sync);
      return { ...each, ...(job && { job }) };
    }),
    causes: open.filter(({ kind }) => kind !== "success"),
  };
}
