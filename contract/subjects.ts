/**
 * Subjects of outside identities that are trusted instead of a secret. Pure.
 *
 * @packageDocumentation
 */

const GITHUB = "https://token.actions.githubusercontent.com";

/**
 * Whom a subject stands for, where that is more than one job, environment or machine. Undefined: it is one.
 *
 * GitHub: the subject of a token is `repo:O/R:` and `environment:E`, `pull_request` or `ref:refs/heads/B` (documented);
 * a workflow that somebody puts into a pull request or a branch of theirs gets the token too.
 */
export function breadthOf({
  issuer,
  subject,
}: {
  readonly issuer: string;
  readonly subject: string;
}): string | undefined {
  if (/[*?]/.test(subject)) return "everything that its wildcard fits: any branch, or any repository";
  if (/\bpull_request\b|refs\/pull\//.test(subject)) return "any pull request, with whatever its author writes into it";
  if (issuer !== GITHUB) return undefined;
  if (/(^|:)(environment|job_workflow_ref|workflow_ref|ref):[^:]/.test(subject)) return undefined;
  return "any branch and any workflow of what it names";
}
