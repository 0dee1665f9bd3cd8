import { describe, expect, it } from "@jest/globals";
import { nextSteps } from "../../stacks/what-next.ts";
import { parseWritten } from "./agreement.ts";
import { changed, everything } from "./written.ts";

const steps = (written = everything()) => nextSteps(parseWritten(written), "contoso");
const test = "npx --no-install tenantwire test -s contoso: whether everything works";

describe("what to do after a deployment", () => {
  it("is to look whether everything works", () => {
    expect(steps()).toEqual([test]);
  });

  it("is to fill in the vendor's form before that, and to say that the secret was pasted", () => {
    const microsoft365 = { mode: "applicationResourceOnly", consent: "grant" };

    expect(steps(changed(everything(), ["ones"], { microsoft365 }))).toEqual([
      "npx --no-install tenantwire settings-sheet -s contoso: what to enter into the vendor's form",
      "npx --no-install tenantwire credentials ack <name> -s contoso: once its secret is pasted there",
      test,
    ]);
  });

  it("is to name a host that came later, since no key goes there before", () => {
    expect(nextSteps(parseWritten(everything()), "contoso", ["ones.contoso.com"])).toEqual([
      "npx --no-install tenantwire sync -s contoso --allow-host ones.contoso.com: once, if you mean this new host; no key goes there before",
      test,
    ]);
  });
});
