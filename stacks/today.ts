import { SettingsError } from "../contract/errors.ts";
import { worldClock } from "./clock.ts";

/**
 * Today, as every decision understands it: the UTC day, `2026-03-31`, by the clock of the world.
 *
 * `TENANTWIRE_TODAY` overrides it, so that a rotation can be rehearsed and tested.
 *
 * @throws SettingsError when `TENANTWIRE_TODAY` is no day
 */
export async function today(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = env["TENANTWIRE_TODAY"];
  if (!given) return dayOf((await worldClock(env))());
  const date = new Date(given);
  // 2026-02-30 parses as the second of March: only what comes back unchanged is a day.
  if (!Number.isNaN(date.getTime()) && dayOf(date) === given) return given;
  throw new SettingsError(`TENANTWIRE_TODAY: expected a day such as 2026-03-31, found ${JSON.stringify(given)}.`);
}

/**
 * Today for what makes secrets: left in a shell, another day would make one in a real tenant that lives for years.
 *
 * @throws SettingsError when `TENANTWIRE_TODAY` is set where no stand-in is
 */
export async function deploymentDay(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  // Whoever is in the stand-in's world has the address of its controls.
  if (!env["TENANTWIRE_TODAY"] || env["SANDBOX_CONTROL"]) return today(env);
  throw new SettingsError(
    "TENANTWIRE_TODAY sets the day in the stand-in tenant only: unset it (unset TENANTWIRE_TODAY).",
  );
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
