/** What an approver has to think about where alerts and plans go elsewhere without a new host. */
import { expect, it } from "@jest/globals";
import { outputDifferences } from "../../review/outputs/differences.ts";
import { expectedBySettings } from "../../stacks/expected.ts";
import { companyWith } from "./company.ts";
import { parseWritten } from "../stacks/agreement.ts";
import { secretsOf } from "./pull-requests.ts";
import type { Written } from "../stacks/written.ts";

const FEDERATED = [{ name: "mail", issuer: "https://issuer.contoso.com", subject: "s" }];
const GRAPH = { mailbox: "alerts@contoso.com", federated: FEDERATED };
const MAIL = {
  ...{
    host: "smtp.contoso.com",
    from: "alerts@contoso.com",
    to: ["it@contoso.com"],
    user: "u",
    secret: "smtpPassword",
  },
  oauth2: { tokenUrl: "https://login.contoso.com/token", clientId: "c", scope: "s" },
};
const TEAMS = { format: "teams", secret: "teamsUrl" };

/** The registration that sends mail is there for a channel that is told by it. */
const DAY = { day: { on: ["failure"], graph: { to: ["it@contoso.com"] } } };
const alerting = (channel: Written, others: Written = {}): Written => ({
  alerts: {
    ...(("graph" in channel || others === DAY) && { graph: GRAPH }),
    channels: { night: { on: ["failure"], ...channel }, ...others },
  },
});
const syncing = (organization: Written): Written => ({
  plans: {
    organizations: [
      {
        ...{ name: "contoso", url: "https://devops.contoso.com/tfs/A", projects: ["Web"] },
        ...{ planTypes: ["Epic"], taskTypes: ["Bug"], token: { secret: "plansToken", expires: "2027-01-31" } },
        ...organization,
      },
    ],
  },
});
const byGraph = alerting({ graph: { to: ["it@contoso.com"] } });
const byMail = alerting({ mail: MAIL });

it.each<[string, Written, Written, readonly string[]]>([
  [
    "Graph to somebody else",
    byGraph,
    alerting({ graph: { to: ["evil@evil.example"] } }),
    ["graph.to: other people are alerted"],
  ],
  [
    "mail that becomes Graph",
    alerting({ mail: MAIL }, DAY),
    alerting({ graph: { to: ["evil@evil.example"] } }, DAY),
    ["graph.to: other people are alerted"],
  ],
  ["Graph that becomes Teams", byGraph, alerting({ webhook: TEAMS }), ["webhook.format: alerts go to another place"]],
  [
    "mail from somebody else",
    byMail,
    alerting({ mail: { ...MAIL, from: "ceo@contoso.com" } }),
    ["mail.from: alerts come as if somebody else had sent them"],
  ],
  [
    "tokens of another tenant of the same host",
    byMail,
    alerting({ mail: { ...MAIL, oauth2: { ...MAIL.oauth2, tokenUrl: "https://login.contoso.com/evil" } } }),
    ["mail.oauth2.tokenUrl: another address, which gets the client's secret"],
  ],
  ["no alerts any more", byMail, {}, ["night.name: nobody is alerted by it any more"]],
  [
    "another collection of the same host",
    syncing({}),
    syncing({ url: "https://devops.contoso.com/tfs/B" }),
    ["contoso.url: another organization or collection of the same host"],
  ],
  [
    "more types, and fewer",
    syncing({}),
    syncing({ planTypes: ["Epic", "Salary"], taskTypes: [] }),
    ["contoso.planTypes: work items of more types", "contoso.taskTypes: work items of fewer types"],
  ],
  ["no plans any more", syncing({}), {}, []],
])("is a danger: %s", (_, before, after, expected) => {
  const dangers = outputDifferences(expectedOf(before), expectedOf(after)).flatMap(({ path, danger }) =>
    danger === undefined ? [] : [`${path.join(".")}: ${danger}`],
  );

  expect(dangers).toEqual(expected.map((line) => expect.stringMatching(new RegExp(`\\.${line}$`))));
});

function expectedOf(changes: Written) {
  const written = companyWith(changes);
  return expectedBySettings(parseWritten(written, secretsOf(written)));
}
