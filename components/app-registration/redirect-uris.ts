import { Fault } from "../fault.ts";

/** Entra's own limit for one registration. */
const MOST = 256;

/**
 * What Entra refuses or should have refused, found before anything is made. Pure.
 *
 * @throws Fault naming the first address that cannot be one
 */
export function checkRedirectUris(uris: readonly string[]): void {
  if (uris.length > MOST) throw new Fault(`A registration takes at most ${MOST} redirect URIs, not ${uris.length}.`);
  for (const [index, uri] of uris.entries()) {
    const wrong = faultOf(uri) ?? (uris.indexOf(uri) < index ? "is there twice" : undefined);
    if (wrong) throw new Fault(`The redirect URI ${JSON.stringify(uri)} ${wrong}.`);
  }
}

function faultOf(uri: string): string | undefined {
  if (uri.includes("*")) return "has a wildcard: write every address out";
  if (uri.includes("#")) return "has a fragment, which no server ever sees: leave it out";
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  return url?.protocol === "https:" || isLocal ? undefined : "must begin with https:// (http:// only on localhost)";
}
