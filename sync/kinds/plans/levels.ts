/**
 * Types of work items that become plans, held against the backlogs of their process: whatever is nested otherwise would
 * not come, or come in the wrong place (documented by OnePlan), so that a wrong order is an error with the right one in it.
 *
 * @packageDocumentation
 */
import { listed, quoted } from "../../../contract/words.ts";

/** A backlog of the process. */
export interface BacklogLevel {
  readonly name: string;
  /** Names of work item types, as the process has them. */
  readonly types: readonly string[];
}

/** As Azure DevOps tells it: work, backlogconfiguration. */
interface Configuration {
  readonly portfolioBacklogs?: readonly Backlog[];
  readonly requirementBacklog?: Backlog;
  readonly taskBacklog?: Backlog;
}

interface Backlog {
  readonly name?: string;
  readonly rank?: number;
  readonly workItemTypes?: readonly { readonly name?: string }[];
}

/** Backlogs by rank, outermost first: it is the published order, not the one of the answer, that counts. */
export function levelsOf({ portfolioBacklogs = [], requirementBacklog, taskBacklog }: Configuration): BacklogLevel[] {
  return [...portfolioBacklogs, requirementBacklog, taskBacklog]
    .filter((each) => each !== undefined)
    .toSorted((one, other) => (other.rank ?? 0) - (one.rank ?? 0))
    .map(({ name = "", workItemTypes = [] }) => ({
      name,
      types: workItemTypes.map((type) => type.name).filter((type) => type !== undefined),
    }));
}

interface NamedTypes {
  /** Types that become plans, outermost first. */
  readonly plans: readonly string[];
  /** Types that become tasks. */
  readonly tasks: readonly string[];
}

/**
 * What is wrong with the types of the settings: sentences, each with the mend.
 *
 * @param levels outermost first
 * @param types every type of the process, those too that no backlog has
 */
export function typeFaults(
  { plans, tasks }: NamedTypes,
  levels: readonly BacklogLevel[],
  types: readonly string[],
): string[] {
  const faults: string[] = [];
  for (const name of [...plans, ...tasks]) {
    if (types.includes(name)) continue;
    const spelled = types.find((each) => each.toLowerCase() === name.toLowerCase());
    faults.push(
      spelled === undefined
        ? `The process has no work item type ${quoted(name)}: it has ${listed(types)}.`
        : `The work item type ${quoted(name)} is spelled ${quoted(spelled)} in the process.`,
    );
  }
  for (const name of new Set([...plans, ...tasks])) {
    if ([...plans, ...tasks].filter((each) => each === name).length > 1) {
      faults.push(`The work item type ${quoted(name)} is named twice: an item is one plan, or one task.`);
    }
  }
  const known = plans.filter((name) => types.includes(name));
  for (const name of known.filter((each) => levelOf(each, levels) === undefined)) {
    faults.push(
      `Items of the type ${quoted(name)} are on no backlog: nothing lies below them. Name it among the types that become tasks.`,
    );
  }
  const right = known
    .filter((name) => levelOf(name, levels) !== undefined)
    .toSorted((one, other) => (levelOf(one, levels) ?? 0) - (levelOf(other, levels) ?? 0));
  const given = known.filter((name) => right.includes(name));
  if (given.some((name, at) => name !== right[at])) {
    faults.push(`The types that become plans are nested otherwise in the process: name them as ${right.join(", ")}.`);
  }
  return faults;
}

function levelOf(type: string, levels: readonly BacklogLevel[]): number | undefined {
  const level = levels.findIndex(({ types }) => types.includes(type));
  return level < 0 ? undefined : level;
}
