import { describe, expect, it } from "@jest/globals";
import { nextSteps } from "../../stacks/what-next.ts";
import { parseWritten } from "./agreement.ts";
import { changed, everything } from "./written.ts";

const steps = (written = everything()) => nextSteps(parseWritten(written), "contoso");
const dryRun = "npx --no-install tenantwire sync -s contoso --dry-run: what a sync would do; nothing is written";
const test = "npx --no-install tenantwire test -s contoso: whether everything works";

describe("what to do after a deployment", () => {
  it("is to look what a sync would do, and whether everything works", () => {
    expect(steps()).toEqual([dryRun, test]);
  });

  it("is to fill in the vendor's form before that, and to say that the secret was pasted", () => {
    const microsoft365 = { mode: "applicationResourceOnly", consent: "grant" };

    expect(steps(changed(everything(), ["ones"], { microsoft365 }))).toEqual([
      "npx --no-install tenantwire settings-sheet -s contoso: what to enter into the vendor's form",
      "npx --no-install tenantwire credentials ack ones-client-secret -s contoso: once that secret is pasted there",
      dryRun,
      test,
    ]);
  });

  it("is to consent, and to hold the application to some mailboxes, where a person does that", () => {
    const microsoft365 = {
      mode: "applicationResourceOnly",
      consent: "link",
      exchangeScope: { recipientFilter: "CustomAttribute1 -eq 'ONES'" },
    };
    const [first] = steps(changed(everything(), ["ones"], { microsoft365 }));

    expect(first).toBe(
      "npx --no-install tenantwire settings-sheet -s contoso: what to enter into the vendor's form; where an administrator consents, once, to ONES; what an Exchange administrator runs once",
    );
  });

  it("is to come first, where who comes first becomes the administrator", () => {
    const group = { id: "contoso", name: "Contoso", authentication: "office365Strict", selfService: true };

    expect(steps({ ...everything(), access: group })).toContain(
      "npx --no-install tenantwire serve -s contoso: sign in to its console before anybody else does, who would be the administrator then",
    );
  });

  it("is to name a host that came later, since no key goes there before", () => {
    expect(nextSteps(parseWritten(everything()), "contoso", ["ones.contoso.com"])).toEqual([
      "npx --no-install tenantwire sync -s contoso --allow-host ones.contoso.com --dry-run: what would go to this new host; nothing is written, and no key went there before",
      "npx --no-install tenantwire sync -s contoso --allow-host ones.contoso.com: once, if you mean it; it writes",
      test,
    ]);
  });
});
