import { changed, everything, type Written } from "../stacks/written.ts";

/** Entered into the vendors' forms on the day that it was made. */
const secret = { acknowledged: "2026-01-01" };

/** A company that has everything, with every guard that there is. */
export function company(): Written {
  return {
    ...everything(),
    protect: true,
    oneplan: {
      environment: "my",
      group: "Contoso",
      key: { name: "tenantwire", secret: "oneplanKey", expires: "2027-01-31" },
      users: {
        groups: ["OnePlan Users"],
        administrativeUnits: ["Europe"],
        fields: { name: "displayName", mail: "mail" },
      },
      entraUsers: { application: "own", consent: "grant", secret },
    },
    ones: {
      baseUrl: "https://ones.contoso.com",
      key: { name: "tenantwire", secret: "onesKey", expires: "2027-01-31" },
      users: {
        groups: ["ONES Users"],
        excludedGroups: ["Contractors"],
        protectedGroups: ["Board"],
        defaultGroups: ["Staff"],
      },
      rooms: { scope: "specified", buildings: ["Berlin 1"] },
      microsoft365: {
        mode: "applicationResourceOnly",
        consent: "grant",
        redirectUris: ["https://ones.contoso.com/callback"],
        exchangeScope: { recipientFilter: "CustomAttribute1 -eq 'ONES'" },
        rooms: ["atlas@contoso.com"],
        secret,
        singleSignOn: { redirectUris: ["https://ones.contoso.com/sign-in"], secret },
      },
    },
    files: { users: { path: "people.csv", format: "csv", groups: ["Staff"] } },
    oneconnect: {
      application: "own",
      group: "Contoso",
      consent: "grant",
      redirectUris: ["https://my.oneconnect.ai/back"],
      secret,
    },
    rules: { "mailbox-reach": { exceptions: [{ registration: "oneconnect", reason: "agreed in March" }] } },
    sync: {
      users: {
        limits: { disable: { count: 50, percent: 5 } },
        protected: ["ceo@contoso.com", "cfo@contoso.com"],
        exclude: ["robot@contoso.com"],
        filter: "department eq 'Sales'",
        guests: false,
      },
      rooms: { retireAfter: { hours: 72, reads: 5 } },
      timeZone: "Europe/Berlin",
      strategies: { users: { schedule: "hourly" }, rooms: { schedule: "daily", times: ["05:00"] } },
    },
  };
}

/** The same with other values, path by path; undefined takes one out. */
export function companyWith(changes: Readonly<Record<string, unknown>>): Written {
  return Object.entries(changes).reduce(
    (written, [path, value]) =>
      changed(
        written,
        path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
        value,
      ),
    company(),
  );
}
