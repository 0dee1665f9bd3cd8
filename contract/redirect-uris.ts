import { Fault } from "./fault.ts";

/** Entra's own limit for one registration. */
const MOST = 256;

export interface RedirectUriFault {
  /** Absent where it is about all of them together. */
  readonly uri?: string;
  /** A sentence. */
  readonly text: string;
}

/** What Entra refuses or should have refused, in the order of the list. Pure. */
export function redirectUriFaults(uris: readonly string[]): RedirectUriFault[] {
  const tooMany = { text: `A registration takes at most ${MOST} redirect URIs, not ${uris.length}.` };
  const single = uris.flatMap((uri, index) => {
    const wrong = faultOf(uri) ?? (uris.indexOf(uri) < index ? "is there twice" : undefined);
    return wrong === undefined ? [] : [{ uri, text: `The redirect URI ${JSON.stringify(uri)} ${wrong}.` }];
  });
  return uris.length > MOST ? [tooMany, ...single] : single;
}

/**
 * The same, before anything is made.
 *
 * @throws Fault naming the first address that cannot be one
 */
export function checkRedirectUris(uris: readonly string[]): void {
  const [first] = redirectUriFaults(uris);
  if (first) throw new Fault(first.text);
}

function faultOf(uri: string): string | undefined {
  if (uri.includes("*")) return "has a wildcard: write every address out";
  if (uri.includes("#")) return "has a fragment, which no server ever sees: leave it out";
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  return url?.protocol === "https:" || isLocal ? undefined : "must begin with https:// (http:// only on localhost)";
}
