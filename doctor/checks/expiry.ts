/**
 * Until when keys and tokens live that people brought along. Pure.
 *
 * @packageDocumentation
 */
import type { GivenCredential } from "../../contract/outputs.ts";
import { counted } from "../../contract/words.ts";
import { failed, ok, type Verdict, warning } from "./check.ts";

/** A person has to make the next one: not too late to find one who may. */
const WARN_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param expires the last day, as the settings say it
 * @param today the UTC day
 */
export function judgeExpiry({ product, keyName }: GivenCredential, expires: string, today: string): Verdict {
  const left = Math.round((Date.parse(expires) - Date.parse(today)) / DAY_MS);
  const mend = `Make a new one, store it with pulumi config set --secret, write its last day into the settings, and deploy (pulumi up).`;
  const what = `The key "${keyName}" of ${product}`;
  if (left < 0) return failed(`${what} expired on ${expires}. ${mend}`);
  if (left <= WARN_DAYS) return warning(`${what} expires in ${counted(left, "day")}, on ${expires}. ${mend}`);
  return ok(`It lives until ${expires}.`);
}
