/** Linked objects of a sync, as they were last agreed on. @packageDocumentation */
import type { State } from "../../sync/index.ts";
import { type Link, linkFromJson } from "../../sync/model/link.ts";
import { readCounts } from "../../sync/run/link-book.ts";
import { newestReports } from "../../sync/run/history.ts";
import { partitionsOf } from "../../sync/state/partitions.ts";
import type { KnownSync } from "../work/work.ts";

export interface LinkedObjects {
  readonly sync: KnownSync;
  readonly links: readonly Link[];
  /** How many there are, and how many of them are active. */
  readonly counts: { readonly links: number; readonly active: number };
  /** More than are shown fit to what was asked for. */
  readonly isCut: boolean;
  /** Instant at which the last run ended. */
  readonly at?: string;
}

/** On one page. */
const MOST = 200;

/** @param asked part of a name, an address or an id */
export async function linkedObjects(state: State, sync: KnownSync, asked: string): Promise<LinkedObjects> {
  const partitions = partitionsOf(sync.sync);
  const wanted = asked.trim().toLowerCase();
  const links: Link[] = [];
  let isCut = false;
  search: for await (const page of state.list(partitions.links)) {
    for (const { value } of page) {
      const link = linkFromJson(value);
      if (wanted !== "" && !textOf(link).includes(wanted)) continue;
      if (links.length === MOST) {
        isCut = true;
        break search;
      }
      links.push(link);
    }
  }
  const { links: all, active } = await readCounts(state, partitions);
  const [last] = await newestReports(state, sync.sync, 1);
  return { sync, links, counts: { links: all, active }, isCut, ...(last && { at: last.finishedAt }) };
}

function textOf({ a, b, label }: Link): string {
  return [label, a.id, b.id, ...Object.values(b.agreed).filter((each) => typeof each === "string")]
    .join("\n")
    .toLowerCase();
}
