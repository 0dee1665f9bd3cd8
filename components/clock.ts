import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { command, fill } from "../contract/this-stack.ts";

/**
 * The one clock of whatever is decided or shown: this machine's, and in the stand-in tenant that tenant's own, which can
 * be moved (`tenantwire sandbox fault --advance-days`). What is about processes and connections on this machine, such as
 * a lock's heartbeat or the life of an access token, goes by the machine's clock in either world.
 *
 * @throws SettingsError when the environment names a stand-in that does not answer
 */
export async function worldClock(env: NodeJS.ProcessEnv = process.env): Promise<() => Date> {
  const control = env["SANDBOX_CONTROL"];
  if (!control) return () => new Date();
  const ahead = (await timeAt(control)) - Date.now();
  return () => new Date(Date.now() + ahead);
}

const Answer = z.looseObject({ now: z.iso.datetime() });

/** In milliseconds. The stand-in is on this machine and nowhere else. */
async function timeAt(control: string): Promise<number> {
  const isHere = URL.canParse(control) && new URL(control).hostname === "127.0.0.1";
  try {
    if (!isHere) throw new TypeError("It is no address of this machine.");
    const answer = await fetch(`${control}/clock`, { signal: AbortSignal.timeout(10_000) });
    return Date.parse(Answer.parse(await answer.json()).now);
  } catch (error) {
    throw new SettingsError(
      `SANDBOX_CONTROL names a stand-in tenant that does not answer: run this in its world (${command("sandbox exec", "--", fill("command"))}), or unset it (unset SANDBOX_CONTROL).`,
      { cause: error },
    );
  }
}
