/**
 * Answers without what they were asked with: a service that repeats the key it was shown would have it in messages, logs
 * and reports. Pure.
 *
 * @packageDocumentation
 */

import { type Headers, REQUEST_IDS } from "./answer.ts";

/** What stands in its place. */
const CUT = "[key]";

/** Headers whose values messages and logs show. */
const SHOWN: readonly string[] = [...REQUEST_IDS, "location", "content-type", "x-ratelimit-resource"];

/** Pieces of a key that are shorter tell nothing, and may be words. */
const SHORTEST = 8;
/** Keys are short; of tokens that are longer nobody repeats a piece. */
const LONGEST_IN_PIECES = 256;

/**
 * @param proof the header `Authorization` that was sent
 * @param pieces also without pieces of a key, of eight characters and more: for answers that people read
 */
export function withoutEcho(text: string, proof: string, { pieces = false } = {}): string {
  const lookedFor = lookedForOf(proof);
  const cut = cutOut(text, lookedFor.forms);
  return pieces ? withoutPieces(cut, lookedFor.pieces) : cut;
}

/** The same for an answer that comes in parts, byte by byte otherwise: a key that lies across two of them is cut too. */
export async function* streamWithoutEcho(
  parts: AsyncIterable<Uint8Array>,
  proof: string,
): AsyncGenerator<Uint8Array, void, void> {
  // Bytes as characters, one for one.
  const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  const forms = lookedForOf(proof).forms.map(bytes);
  const held = Math.max(1, ...forms.map(({ length }) => length)) - 1;
  let rest = "";
  for await (const part of parts) {
    rest = cutOut(rest + Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("latin1"), forms);
    const sure = Math.max(0, rest.length - held);
    if (sure > 0) yield Buffer.from(rest.slice(0, sure), "latin1");
    rest = rest.slice(sure);
  }
  if (rest !== "") yield Buffer.from(rest, "latin1");
}

/** What of a proof may be in an answer. */
interface LookedFor {
  /** The whole of what it holds, in every form, the longest first. */
  readonly forms: readonly string[];
  /** Every piece of what is short, in small letters. */
  readonly pieces: ReadonlySet<string>;
}

/** Of the last proofs it is kept: each answer is looked at with the same ones. */
function lookedForOf(proof: string): LookedFor {
  const kept = lastProofs.get(proof);
  if (kept) return kept;
  const secrets = secretsOf(proof);
  const looked: LookedFor = {
    forms: secrets.flatMap(formsOf).sort((one, other) => other.length - one.length),
    pieces: new Set(secrets.filter(({ length }) => length <= LONGEST_IN_PIECES).flatMap(piecesOf)),
  };
  if (lastProofs.size >= PROOFS_KEPT) lastProofs.clear();
  lastProofs.set(proof, looked);
  return looked;
}

/** More than the hosts that one run speaks to. */
const PROOFS_KEPT = 16;
const lastProofs = new Map<string, LookedFor>();

function cutOut(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replaceAll(form, CUT), text);
}

/** The header without its scheme, and what it holds: of HTTP Basic the password, or the name where there is none. */
function secretsOf(proof: string): string[] {
  const [, scheme = "", rest = proof] = /^(Basic|Bearer) (.*)$/i.exec(proof) ?? [];
  const found = [rest];
  if (scheme.toLowerCase() === "basic") {
    const decoded = Buffer.from(rest, "base64").toString("utf8");
    const at = decoded.indexOf(":");
    found.push(decoded.slice(at + 1) || decoded.slice(0, at));
  }
  return [...new Set(found)].filter(({ length }) => length >= SHORTEST);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
    ]),
  ];
}

function piecesOf(secret: string): string[] {
  const searched = secret.toLowerCase();
  const count = Math.max(0, searched.length - SHORTEST + 1);
  return Array.from({ length: count }, (_, at) => searched.slice(at, at + SHORTEST));
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  const lower = text.toLowerCase();
  const marked = new Set<number>();
  for (let at = 0; at + SHORTEST <= lower.length; at++) {
    if (!pieces.has(lower.slice(at, at + SHORTEST))) continue;
    for (let each = at; each < at + SHORTEST; each++) marked.add(each);
  }
  // Where the two spellings differ in length nothing can be said of places.
  if (marked.size === 0) return text;
  if (lower.length !== text.length) return CUT;
  let cut = "";
  for (let at = 0; at < text.length; at++) {
    if (!marked.has(at)) cut += text[at];
    else if (!marked.has(at - 1)) cut += CUT;
  }
  return cut;
}

/** Headers with the values of some of them as {@link withoutEcho} leaves them: those that are shown. */
export function headersWithoutEcho(headers: Headers, proof: string): Headers {
  const clean = (value: string) => withoutEcho(value, proof, { pieces: true });
  let cleaned = headers;
  for (const name of SHOWN) {
    const { [name]: value } = headers;
    if (value === undefined) continue;
    const cut = Array.isArray(value) ? value.map(clean) : clean(value);
    if (cut !== value) cleaned = { ...cleaned, [name]: cut };
  }
  return cleaned;
}
