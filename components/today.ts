import { SettingsError } from "../contract/errors.ts";
import { worldClock } from "./clock.ts";

/**
 * Today, as every decision understands it: the UTC day, `2026-03-31`, by the clock of the world.
 *
 * `TENANTWIRE_TODAY` overrides it in the stand-in, so that a rotation can be rehearsed and tested. Left in a shell, it would
 * make a secret in a real tenant that lives for years, take one away that is in use, or keep what is due from being told.
 *
 * @throws SettingsError when `TENANTWIRE_TODAY` is no day, or is set where no stand-in is
 */
export async function today(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = env["TENANTWIRE_TODAY"];
  if (!given) return dayOf((await worldClock(env))());
  // Whoever is in the stand-in's world has the address of its controls.
  if (!env["SANDBOX_CONTROL"]) {
    throw new SettingsError(
      "TENANTWIRE_TODAY sets the day in the stand-in tenant only: unset it (unset TENANTWIRE_TODAY).",
    );
  }
  const date = new Date(given);
  // 2026-02-30 parses as the second of March: only what comes back unchanged is a day.
  if (!Number.isNaN(date.getTime()) && dayOf(date) === given) return given;
  throw new SettingsError(`TENANTWIRE_TODAY: expected a day such as 2026-03-31, found ${JSON.stringify(given)}.`);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
