/**
 * Where people are sent after they signed in: whoever has the address gets what they signed in for. Pure.
 *
 * Limits and characters: documented ("Redirect URI (reply URL) restrictions and limitations").
 *
 * @packageDocumentation
 */
import { SettingsError } from "./errors.ts";
import { printable } from "./text/printable.ts";
import { shortened } from "./words.ts";

/** Entra's own limits: addresses of one registration, and characters of one address. */
const MOST = 256;
const LONGEST = 256;

export interface RedirectUriFault {
  /** Absent where it is about all of them together. */
  readonly uri?: string;
  /** A sentence. */
  readonly text: string;
}

/** What Entra refuses or should have refused, in the order of the list. */
export function redirectUriFaults(uris: readonly string[]): RedirectUriFault[] {
  const tooMany = { text: `A registration takes at most ${MOST} redirect URIs, not ${uris.length}.` };
  const single = uris.flatMap((uri, index) => {
    const wrong = faultOf(uri) ?? (uris.indexOf(uri) < index ? "is there twice" : undefined);
    return wrong === undefined ? [] : [{ uri, text: `The redirect URI ${shown(uri)} ${wrong}.` }];
  });
  return uris.length > MOST ? [tooMany, ...single] : single;
}

/**
 * The same, before anything is made.
 *
 * @throws SettingsError naming the first address that cannot be one
 */
export function checkRedirectUris(uris: readonly string[]): void {
  const [first] = redirectUriFaults(uris);
  if (first) throw new SettingsError(first.text);
}

/**
 * The host that a browser goes to, with its port where one is written. A host that is not ASCII is in punycode, so that
 * no letter is taken for one that looks like it. Undefined: no address with a host.
 */
export function hostOf(address: string): string | undefined {
  const host = URL.canParse(address) ? new URL(address).host : "";
  return host === "" ? undefined : host;
}

function faultOf(uri: string): string | undefined {
  if (uri.length > LONGEST) return `has ${uri.length} characters, and ${LONGEST} is the most`;
  if (/\s/.test(uri)) return "has a blank or a line break in it: take it away";
  const other = [...uri].find((character) => !/^[!-~]$/.test(character));
  if (other !== undefined) return foreignCharacter(uri, other);
  if (uri.includes("*")) return "has a wildcard: write every address out";
  if (uri.includes("#")) return "has a fragment, which no server ever sees: leave it out";
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  if (url?.protocol !== "https:" && !isLocal) return "must begin with https:// (http:// only on localhost)";
  return authorityFault(uri, url) ?? unsupported(uri);
}

/** An address has other characters encoded, and its host in punycode: so nothing in it is taken for what it is not. */
function foreignCharacter(uri: string, character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const host = hostOf(uri);
  const written = /^[a-z]+:\/*([^/?#]*)/i.exec(uri)?.[1] ?? "";
  if (host !== undefined && written.includes(character)) {
    return `has the character U+${code} in its host, which is ${host} to a browser: write that, if you mean it`;
  }
  return `has the character U+${code}, which may look like another one or like none: write it percent-encoded, if you mean it`;
}

/** Browsers read an address more generously than people do: `https:host`, `https://known.com@other.com`, `https:\\host`. */
function authorityFault(uri: string, url: URL): string | undefined {
  const written = /^https?:\/\/([^/?\\]+)/.exec(uri)?.[1];
  if (written === undefined) return "must have // and the host after https:";
  if (written.includes("@")) {
    return `has a user's name before its host, which is ${url.host}: leave out what is before the @`;
  }
  if (uri.includes("\\")) return `has a backslash, and its host is ${url.host} to a browser: write /`;
  const explicit = written.replace(/:(443|80)$/, (port) => (url.port === "" ? "" : port));
  return explicit.toLowerCase() === url.host ? undefined : `has the host ${url.host} to a browser: write it so`;
}

function unsupported(uri: string): string | undefined {
  const found = /[!$'(),;]/.exec(uri)?.[0];
  return found === undefined ? undefined : `has the character ${found} in it, which Entra does not take`;
}

function shown(uri: string): string {
  const cut = uri.length > LONGEST ? shortened(uri, 60) : uri;
  return printable(JSON.stringify(cut));
}
