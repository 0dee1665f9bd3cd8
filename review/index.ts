/**
 * What people judge a deployment by.
 *
 * @packageDocumentation
 */
import { declaredRegistrations } from "../stacks/registrations.ts";
import { declaredKeys, vendorConsents } from "../stacks/vendors.ts";
import { type Review, reviewOf } from "./changes/index.ts";
import { lastOutputsOf, settingsOf } from "./inputs.ts";
import { messagesOf, type Preview } from "./preview.ts";
import { declaredOf } from "../stacks/declared.ts";
import { judge } from "../contract/rules/index.ts";

export type { Review } from "./changes/index.ts";
export { stackOf } from "./inputs.ts";
export { parsePreview, type Preview } from "./preview.ts";

/**
 * Reviews a preview. One that a mandatory rule stopped has findings, and no changes.
 *
 * @param today the UTC day
 * @param withinDays secrets that fall due in so many days are told
 * @throws SettingsError when the preview was made with settings that this version refuses
 */
export function reviewPreview(preview: Preview, stack: string, today: string, withinDays: number): Review {
  const settings = settingsOf(preview, stack);
  const { outputs, unread } = lastOutputsOf(preview);
  return reviewOf({
    stack,
    preview,
    refused: messagesOf(preview, "error").length > 0,
    declared: {
      registrations: declaredRegistrations(settings),
      given: declaredKeys(settings),
      consents: vendorConsents(settings),
    },
    findings: judge(declaredOf(settings), settings.rules),
    last: outputs,
    notes: unread === undefined ? [] : [`${unread} Until then secrets that fall due are not told.`],
    today,
    withinDays,
  });
}

/**
 * Why there is nothing to review, in the engine's words. What a mandatory rule says is reviewed as its finding.
 *
 * @throws SettingsError where it is the settings: then the program's own words say everything
 */
export function failureOf(preview: Preview, stack: string): string | undefined {
  const errors = messagesOf(preview, "error");
  if (errors.length === 0) return undefined;
  const texts = mandatoryTexts(preview, stack);
  const isExplained = errors.every((error) => texts.some((text) => error.includes(text)));
  return isExplained ? undefined : errors.join("\n");
}

function mandatoryTexts(preview: Preview, stack: string): string[] {
  const settings = settingsOf(preview, stack);
  return judge(declaredOf(settings), settings.rules).flatMap(({ level, text }) =>
    level === "mandatory" ? [text] : [],
  );
}
