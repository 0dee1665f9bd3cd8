/** Many histories from one seed; the first one that goes wrong is made as short as it can be. */
import fc from "fast-check";
import { live } from "./company.ts";
import { history, wordsFor } from "./steps.ts";

export interface SimulationOptions {
  /** The same seed gives the same histories. */
  readonly seed: number;
  readonly histories: number;
  /** The longest history, in steps. */
  readonly steps: number;
  /** Called before each history with how many came before; shrinking goes on counting. */
  readonly onHistory?: (before: number) => void;
}

/** Returns what went wrong, in words, with the shortest history that shows it; `undefined` when nothing did. */
export async function simulate({ seed, histories, steps, onHistory }: SimulationOptions): Promise<string | undefined> {
  let before = 0;
  const property = fc.asyncProperty(history(steps), async (each) => {
    onHistory?.(before++);
    await live(each);
  });
  const details = await fc.check(property, { seed, numRuns: histories });
  if (!details.failed) return undefined;
  const [shortest = []] = details.counterexample ?? [];
  const cause = details.errorInstance instanceof Error ? details.errorInstance : undefined;
  return [
    `Seed ${seed}: history ${details.numRuns} of ${histories} went wrong, and ${details.numShrinks} times a shorter one did.`,
    `  ${cause?.name === "Violation" ? cause.message : (cause?.stack ?? String(details.errorInstance))}`,
    ...shortest.map((step, index) => `  ${String(index + 1).padStart(2)}. ${wordsFor(step)}`),
    `Again: npm run simulate -- --seed ${seed} --histories ${details.numRuns} --steps ${steps}`,
  ].join("\n");
}
