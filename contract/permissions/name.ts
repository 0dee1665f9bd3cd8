/** What a permission's own name says: `Resource.Action.Bound`, as in `Calendars.ReadWrite.Shared`. Pure. */
export interface NamedPermission {
  /** It does more than read. */
  readonly write: boolean;
  /** It reaches into mailboxes: mail, calendars, contacts and their settings. */
  readonly mailbox: boolean;
  /** The words of its resource, or the whole name where it has no parts. */
  readonly resource: string;
}

const MAILBOX = [
  "Mail",
  "MailboxSettings",
  "MailboxFolder",
  "MailboxItem",
  "Calendars",
  "Contacts",
  "EWS",
  "EAS",
  "IMAP",
  "POP",
  "SMTP",
];

/** An action that is not known to read only counts as writing. A name without an action (`openid`) signs people in. */
export function readName(name: string): NamedPermission {
  const [resource = name, action] = name.split(".");
  const reads = action === undefined || /^(Read(?!Write|Approve)|Export$)/.test(action);
  return { write: !reads, mailbox: MAILBOX.includes(resource), resource };
}
