/**
 * Takes a stack's settings out of a pull request, as data: `node take-settings.mjs PROPOSED DEPLOYED > SETTINGS`.
 *
 * Of what is proposed only the settings in the namespace `tenantwire` count. Everything else stays as it is deployed:
 * with it a pull request could send the job's own credentials elsewhere (`azuread:metadataHost`) or its secrets to be
 * opened by another service (`secretsprovider`). Where it would change, the review says so and fails.
 *
 * What is merged is read by the engine, and not by this: what the two read differently would be deployed without having
 * been reviewed. All of that is refused (each seen: engine 3.259).
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isMap, LineCounter, parseDocument, stringify, visit, YAMLMap } from "yaml";

/**
 * What is not seen. The engine ends a line, and with it a comment, at CR, U+0085, U+2028 and U+2029 too: what comes then
 * is a setting to it alone. Joiners (U+200C, U+200D) stay: names are written with them.
 */
const HIDDEN = /(?!\r\n|[\n\t\u200c\u200d]|^\ufeff)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** `tenantwire:config:ones` is `tenantwire:ones` to the engine, which takes any of the two. */
const OURS = /^tenantwire:[^:]+$/;

function refuse(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

const text = readFileSync(process.argv[2], "utf8");
const lines = new LineCounter();
const proposed = parseDocument(text, { lineCounter: lines });
if (proposed.errors.length > 0) throw proposed.errors[0];

const refuseAt = (offset, what) =>
  refuse(
    `The proposed settings, line ${lines.linePos(offset ?? 0).line}: ${what}. The engine would read it otherwise.`,
  );
const look = (_, node) => {
  // "!!binary QWRtaW5z" is "Admins" to the engine.
  if (node.tag !== undefined) refuseAt(node.range?.[0], "a tag. Take it out");
  // Beside the mark of an empty block of text it would be written as that text.
  delete node.comment;
  delete node.commentBefore;
};
const lookForHidden = (text, place = (index) => index) => {
  const hidden = HIDDEN.exec(text);
  if (!hidden) return;
  const code = hidden[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  refuseAt(place(hidden.index), `a character that is not seen (U+${code}). Take it out`);
};
lookForHidden(text);
if (proposed.directives.yaml.explicit) refuseAt(0, "a directive. Take it out");
visit(proposed, {
  Alias: (_, { range }) => refuseAt(range?.[0], "an alias. Write out what it stands for"),
  Collection: look,
  Scalar: (key, scalar) => {
    look(key, scalar);
    const { value, source, range } = scalar;
    // "Board\u0085Members" would be merged with the character itself, which ends a line: "Board Members" to the engine.
    if (typeof value === "string") lookForHidden(value, () => range?.[0]);
    // 0100 is 64 to the engine.
    if (typeof value === "number" && JSON.stringify(value) !== source) {
      refuseAt(range?.[0], "a number that is not in plain digits. Write it so, or in quotes where it is a text");
    }
  },
});

const split = ({ config, ...rest }) => {
  const others = Object.entries(config ?? {}).filter(([key]) => !OURS.test(key));
  return { others: Object.fromEntries(others), rest };
};
const after = split(proposed.toJS() ?? {});
const before = split(parseDocument(readFileSync(process.argv[3], "utf8")).toJS({ maxAliasCount: 0 }) ?? {});

if (!isDeepStrictEqual(after, before)) {
  refuse(
    "The pull request changes more of the settings file than tenantwire's own settings: its encryption, or the " +
      "configuration of a provider. That is not tried here. Read it, and let an administrator deploy it by hand.",
  );
}
// As they are written: quotes make a text of what is a number without them.
const config = new YAMLMap();
for (const [key, value] of Object.entries(before.others)) config.set(key, value);
const written = proposed.get("config", true);
if (isMap(written)) config.items.push(...written.items.filter(({ key }) => OURS.test(String(key))));
process.stdout.write(stringify({ ...before.rest, config }, { lineWidth: 0 }));
