/** Where pages of the console are, below its address: for whatever links to one. Pure. @packageDocumentation */

interface OfSync {
  readonly kind: string;
  /** As the command line calls it. */
  readonly target: string;
}

export function syncPath({ kind, target }: OfSync): string {
  return `${kind}/${encodeURIComponent(target)}`;
}

export function runPage(sync: OfSync, runId: string): string {
  return `/runs/${syncPath(sync)}/${runId}`;
}

/** A plan that waits for somebody's word. */
export function waitingPage(sync: OfSync, hash: string): string {
  return `/waiting/${syncPath(sync)}/${hash}`;
}

/** With those who ask for access. */
export const PEOPLE_PAGE = "/people";

/** How a message leads there. */
export function inConsole(link: string): string {
  return `In the console: ${link}`;
}
