/**
 * Until when keys and tokens live that people brought along, as `tenantwire credentials` judges it. Pure.
 *
 * @packageDocumentation
 */
import { credentialStatus, NOTICE_DAYS } from "../../components/credentials/status.ts";
import type { GivenCredential } from "../../contract/outputs.ts";
import { failed, ok, type Verdict, warning } from "./check.ts";

/** @param today the UTC day */
export function expiryVerdict({ name, product, keyName, expires }: GivenCredential, today: string): Verdict {
  const { state, advice } = credentialStatus({ kind: "given", name, product, expires }, today, NOTICE_DAYS);
  const sentence = `The key "${keyName}" of ${product}: ${advice}`;
  if (state === "expired") return failed(sentence);
  return state === "expiring" ? warning(sentence) : ok(sentence);
}
