/** What the registration that sends mail may do, for whoever declares it. Pure. @packageDocumentation */
import { type ExchangeScopeArgs, MAIL } from "../../contract/exchange.ts";
import type { PermissionNames } from "../../contract/permissions/resolve.ts";

/** Exchange gives what Entra could give for every mailbox only: grants add up, so that there must be none. */
export const NOTHING: PermissionNames = { application: [], delegated: [] };

/** What Exchange gives it: to send from one mailbox. */
export function mailScope(displayName: string, mailbox: string): ExchangeScopeArgs["scope"] {
  return {
    name: `${displayName} mailbox`,
    // Documented: a quotation mark within the text of a filter is doubled.
    recipientFilter: `PrimarySmtpAddress -eq '${mailbox.replaceAll("'", "''")}'`,
    permission: MAIL,
  };
}
