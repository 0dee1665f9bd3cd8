import { ConnectionError, CredentialError, PermissionError, TenantwireError } from "../../../contract/errors.ts";
import { beginning, firstLine, quoted } from "../../../contract/words.ts";
import { type Became, withBecame } from "../../model/became.ts";
import { jsonIn } from "../../model/json.ts";
import { betweenWords, isPage, NoSuccess, requestName, wasNotBegun } from "../http/answer.ts";
import { unreachable } from "../network.ts";

/** Azure DevOps refused, in the words and with the code of its REST API. */
export class AzureDevOpsError extends ConnectionError {
  override name = "AzureDevOpsError";
  readonly status: number;
  /** E.g. `TF401232`; empty where the words begin with none. */
  readonly code: string;
  readonly became: Became;

  constructor(message: string, { status, code, became }: Pick<AzureDevOpsError, "status" | "code" | "became">) {
    super(message);
    this.status = status;
    this.code = code;
    this.became = became;
  }
}

/** The item does not exist, is in the recycle bin, or may not be read: nobody is told which. */
export function isMissingItem(error: unknown): boolean {
  return error instanceof AzureDevOpsError && error.status === 404 && error.code === "TF401232";
}

/** A query has more results than one may have. */
export function isTooManyResults(error: unknown): boolean {
  return error instanceof AzureDevOpsError && error.code === "VS402337";
}

export interface Asking {
  readonly organization: string;
  readonly doing: string;
  /** How to mend a proof that is refused: a sentence. */
  readonly mend: string;
  /** Nothing is changed by it. */
  readonly isRead: boolean;
}

/** A failure of a request, in words. */
export function inWords(error: unknown, host: string, asking: Asking): Error {
  if (error instanceof TenantwireError) return error;
  if (!(error instanceof NoSuccess)) return unreachable(host, error);
  const { status, headers, text } = error;
  const { organization, doing, mend, isRead } = asking;
  const refused = <T extends Error>(refusal: T) => (isRead ? refusal : withBecame(refusal, "rejected"));
  const said = saidIn(text);
  const code = /^(TF|VS)\d+(?=:)/.exec(said)?.[0] ?? "";
  // Its words may name people, hence the quotes, which histories leave out; its code names nobody.
  const words = `${said === "" ? "no explanation" : `${code && `${code}: `}${quoted(said)}`}${requestName(headers)}`;
  // Who is not let in is sent on to a page for signing in.
  if (status === 401 || (status >= 300 && status < 400))
    return refused(signInRejected(asking, status === 401 ? ` It says: ${words}` : ""));
  // A page that names no error of Azure DevOps is of something in between.
  if (status === 403 && isPage(text) && !/\b(TF|VS)\d{5,}/.test(text)) {
    const between = betweenWords(host, status, `it was asked to ${doing} (${organization})`);
    return new AzureDevOpsError(between, { status, code: "", became: "rejected" });
  }
  if (status === 403) {
    return refused(
      new PermissionError(
        `The organization ${organization} of Azure DevOps does not let it ${doing}: ${mend} It says: ${words}`,
      ),
    );
  }
  const revisions = FULL.exec(said)?.[1];
  if (status === 500 && revisions !== undefined) {
    const full = `Azure DevOps (${organization}) does not ${doing} any more, which has ${revisions} revisions: after 10,000 of them its API takes no change. Make both sides the same by hand, on the item's page in Azure DevOps, which still takes changes; or go on with a copy of the item.`;
    return new AzureDevOpsError(full, { status, code, became: "rejected" });
  }
  const became = wasNotBegun(error) ? "not begun" : becameOf(status);
  const message = `Azure DevOps (${organization}) answered ${status} when asked to ${doing}: ${words}`;
  return new AzureDevOpsError(message, { status, code, became });
}

/** What is asked for would be asked of somebody else. */
export function elsewhere({ organization, doing }: Asking, { host }: URL): ConnectionError {
  return new ConnectionError(
    `The organization ${organization} of Azure DevOps sends us on to ${host} when asked to ${doing}: check its address in the settings.`,
  );
}

export function signInRejected({ organization, doing, mend }: Asking, said = ""): CredentialError {
  return new CredentialError(
    `The organization ${organization} of Azure DevOps refused it when asked to ${doing}: ${mend}${said}`,
  );
}

/** Documented ("Work Item Revision Limits", Azure DevOps Blog, 2 June 2022): every further update is answered so, with 500. */
const FULL = /^Work item \d+ has ([\d,.]*\d) revisions, but .*only work items with up to /;

/** By the meaning of the status alone (RFC 9110). A failed test of the revision is 412 (reported). */
function becameOf(status: number): Became {
  if (status === 412 || status === 409) return "stale";
  return status >= 500 || status === 408 ? "unknown" : "rejected";
}

/** What the body says, in one line; an HTML page says nothing. */
function saidIn(text: string): string {
  const { message } = (jsonIn(text) ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? beginning(firstLine(message), 300) : "";
}
