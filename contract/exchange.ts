import type { Cloud } from "./outputs.ts";
import { powerShellQuoted as quoted } from "./powershell.ts";

/** The permission that Exchange can give for some mailboxes, and Entra for all of them only. */
export const CALENDARS = "Calendars.ReadWrite";
/** Likewise: to send mail in the name of mailboxes. */
export const MAIL = "Mail.Send";

export interface ExchangeScopeArgs {
  readonly displayName: string;
  readonly clientId: string;
  /** Object id of the service principal (the enterprise application), not of the registration. */
  readonly principalId: string;
  readonly scope: {
    readonly name: string;
    readonly recipientFilter: string;
    /** What Exchange gives for them; default {@link CALENDARS}. */
    readonly permission?: string | undefined;
  };
  /** Absent: whoever runs it is connected already. */
  readonly cloud?: Cloud;
}

/** Documented: Connect-ExchangeOnline. The worldwide cloud and GCC write nothing. */
const ENVIRONMENTS: Readonly<Record<Cloud, string | undefined>> = {
  Microsoft: undefined,
  USGovernment: "O365USGovGCCHigh",
  "21Vianet": "O365China",
};

/**
 * What an Exchange administrator runs once so that a registration reaches some mailboxes and no
 * others (documented: RBAC for Applications). Needs Organization Management or Exchange Administrator. Pure.
 */
export function exchangeCommands({ displayName, clientId, principalId, scope, cloud }: ExchangeScopeArgs): string[] {
  return [
    ...(cloud === undefined ? [] : [connect(ENVIRONMENTS[cloud])]),
    `New-ServicePrincipal -AppId ${clientId} -ObjectId ${principalId} -DisplayName ${quoted(displayName)}`,
    `New-ManagementScope -Name ${quoted(scope.name)} -RecipientRestrictionFilter ${quoted(scope.recipientFilter)}`,
    `New-ManagementRoleAssignment -App ${principalId} -Role ${quoted(`Application ${scope.permission ?? CALENDARS}`)} -CustomResourceScope ${quoted(scope.name)}`,
  ];
}

function connect(environment: string | undefined): string {
  return `Connect-ExchangeOnline${environment === undefined ? "" : ` -ExchangeEnvironmentName ${environment}`}`;
}

/** Whether it worked, for one mailbox: InScope must be True for a room and False for a person. */
export function exchangeTest(principalId: string, mailbox: string): string {
  return `Test-ServicePrincipalAuthorization -Identity ${principalId} -Resource ${quoted(mailbox)}`;
}
