/** What is said of secrets: never a value. Pure. @packageDocumentation */
import type { Review } from "../../review/changes/index.ts";
import { quoted } from "../../review/changes/words.ts";
import type { Row } from "./blocks.ts";

export function secretRows({ secrets, vaultSecrets, due }: Review): Row[] {
  return [
    ...secrets.map(({ kind, displayName, change, made, ends, endsCurrent }): Row => {
      const words = { first: "gets its first", renewed: "gets a new", revoked: "loses a" };
      const what = `${words[change]} ${kind}`;
      return {
        tone: endsCurrent ? "danger" : change === "revoked" ? "removed" : "added",
        cells: [change, quoted(displayName), `${what}${endsCurrent ? "; the one in use ends" : ""}`, life(made, ends)],
      };
    }),
    ...vaultSecrets.map(({ name, change }): Row => ({
      tone: change === "deleted" ? "removed" : change === "replaced" ? "danger" : "added",
      cells: [change, quoted(name), "vault secret", ""],
    })),
    ...due.map(({ name, state, due: day, advice }): Row => ({
      tone: "notice",
      cells: [state, quoted(name), advice, day ?? ""],
    })),
  ];
}

function life(made: string | undefined, ends: string | undefined): string {
  return [...(made ? [`made on ${made}`] : []), ...(ends ? [`ends on ${ends.slice(0, 10)}`] : [])].join(", ");
}
