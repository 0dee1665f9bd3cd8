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
});
