/**
 * Takes a stack's settings out of a pull request, as data: `node take-settings.mjs PROPOSED DEPLOYED > SETTINGS`.
 *
 * Of what is proposed only the settings in the namespace `tenantwire` count. Everything else stays as it is deployed:
 * with it a pull request could send the job's own credentials elsewhere (`azuread:metadataHost`) or its secrets to be
 * opened by another service (`secretsprovider`). Where it would change, the review says so and fails.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";

const [proposed, deployed] = process.argv
  .slice(2)
  .map((file) => parse(readFileSync(file, "utf8"), { maxAliasCount: 0 }));
const isOurs = ([key]) => key.startsWith("tenantwire:");
const split = ({ config, ...rest }) => {
  const entries = Object.entries(config ?? {});
  return { ours: entries.filter(isOurs), others: Object.fromEntries(entries.filter((entry) => !isOurs(entry))), rest };
};
const [after, before] = [split(proposed ?? {}), split(deployed ?? {})];

if (!isDeepStrictEqual([after.others, after.rest], [before.others, before.rest])) {
  process.stderr.write(
    "The pull request changes more of the settings file than tenantwire's own settings: its encryption, or the " +
      "configuration of a provider. That is not tried here. Read it, and let an administrator deploy it by hand.\n",
  );
  process.exit(1);
}
process.stdout.write(stringify({ ...before.rest, config: { ...before.others, ...Object.fromEntries(after.ours) } }));
