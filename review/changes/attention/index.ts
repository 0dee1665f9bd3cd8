/** What the approver must not overlook, in sentences. Pure. @packageDocumentation */
import { isAddressSecret } from "../../../contract/alerts.ts";
import type { PolicyChange } from "../../policy.ts";
import { types } from "../resources.ts";
import type {
  Attention,
  Destruction,
  DueCredential,
  OtherKey,
  Review,
  RoleAssignmentChange,
  SecretChange,
} from "../types.ts";
import { counted, listed, quoted, shortType } from "../words.ts";
import { filesAttention } from "./files.ts";
import { danger, notice } from "./level.ts";
import { outputsAttention } from "./outputs.ts";
import { ownersAttention, registrationAttention } from "./registrations.ts";
import { command, fill } from "../../../contract/this-stack.ts";

type Contents = Pick<
  Review,
  | "firstDeployment"
  | "findings"
  | "relaxed"
  | "policyChanges"
  | "otherFiles"
  | "outputs"
  | "administrators"
  | "registrations"
  | "secrets"
  | "otherKeys"
  | "due"
  | "roleAssignments"
  | "consentLinks"
  | "destroyed"
  | "unprotected"
  | "others"
>;

/** @param notes warnings of the engine and the program, and what else is to be known */
export function attentionOf(contents: Contents, notes: readonly string[]): Attention[] {
  const all = [
    ...contents.registrations.flatMap((each) => registrationAttention(each, contents.firstDeployment)),
    ...ownersAttention(contents.registrations, contents.firstDeployment),
    ...contents.destroyed.flatMap(destructionAttention),
    ...(contents.unprotected.length > 0
      ? [
          danger(
            `Protected no longer, so that the next deployment can delete it: ${listed(contents.unprotected.map(({ name }) => quoted(name)))}.`,
          ),
        ]
      : []),
    ...contents.secrets.flatMap(secretAttention),
    ...contents.otherKeys.map(keyAttention),
    ...contents.findings
      .filter(({ level }) => level === "mandatory")
      .map(({ rule, registration, text }) =>
        danger(`${[rule, ...(registration ? [registration] : [])].map(quoted).join(", ")}: ${text}`),
      ),
    ...contents.policyChanges.map(policyAttention),
    ...filesAttention(contents.otherFiles),
    ...contents.relaxed.flatMap(({ rule, unheard }) =>
      unheard.length === 0
        ? []
        : [danger(`The rule ${quoted(rule)} is switched off, and would find ${counted(unheard.length, "thing")}.`)],
    ),
    ...outputsAttention(contents, contents.firstDeployment),
    ...notes.map((note) => notice(note.replace(/\s+/g, " "))),
    ...contents.roleAssignments.map(roleAttention),
    ...contents.consentLinks.map(({ who, purpose }) =>
      notice(`After the deployment somebody has to consent: ${who}. ${purpose}`),
    ),
    ...contents.due.map((credential) => notice(dueWords(credential))),
    ...(contents.others.length > 0
      ? [notice(`${counted(contents.others.length, "change")} of other kinds: see Other changes.`)]
      : []),
  ];
  return [...all.filter(({ level }) => level === "danger"), ...all.filter(({ level }) => level === "notice")];
}

function destructionAttention({ change, type, name, because }: Destruction): Attention[] {
  // Told in words of its own.
  if (type === types.registration) return [];
  const why = because.length > 0 ? ` (${because.join(", ")} cannot be changed in place)` : "";
  return [danger(`${shortType(type)} ${quoted(name)} is ${change}${why}.`)];
}

function secretAttention({ kind, endsCurrent, displayName, toPaste }: SecretChange): Attention[] {
  const whose = quoted(displayName);
  return [
    ...(endsCurrent
      ? [danger(`The ${kind} of ${whose} that is in use ends with this deployment: copies of it stop working.`)]
      : []),
    ...(toPaste
      ? [
          notice(
            `After the deployment somebody enters the new secret of ${whose} in the vendor's form, and acknowledges it (${command("credentials ack", fill("credential"))}).`,
          ),
        ]
      : []),
  ];
}

function keyAttention({ keyName, product }: OtherKey): Attention {
  return isAddressSecret(product)
    ? danger(
        `Alerts of the channel ${quoted(keyName)} (${product}) go to another address. It is a secret, so that nobody sees where: ask who stored it.`,
      )
    : notice(`The secret ${quoted(keyName)} of ${product} is another one. Nobody sees which: ask who stored it.`);
}

function roleAttention({ change, role, principal, scope, reads, condition }: RoleAssignmentChange): Attention {
  const where = `the role ${quoted(role)} on ${quoted(scope)}`;
  if (change === "removed") return notice(`${quoted(principal)} loses ${where}.`);
  const only = condition === undefined ? "" : ", under a condition";
  return (reads ? notice : danger)(`${quoted(principal)} gets ${where}${only}.`);
}

function policyAttention({ place, before, after }: PolicyChange): Attention {
  const [old, now] = [before, after].map((value) => (value === undefined ? "what is the default" : quoted(value)));
  return danger(`The rules themselves change: ${quoted(place)} was ${old} and would be ${now}.`);
}

function dueWords({ name, state, advice }: DueCredential): string {
  const meanwhile = state === "due soon" ? " If this is deployed on that day or later, the renewal comes with it." : "";
  return `${quoted(name)}, ${state}: ${advice}${meanwhile}`;
}
