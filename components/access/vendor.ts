import { vendor } from "../vendor.ts";
import { accessFaults } from "./faults.ts";
import { Access } from "./settings.ts";

/** The people who run what the stack declares: no vendor of the tenant's, and declared like one. */
export const access = vendor({
  settings: { access: Access.optional() },
  faults: accessFaults,
  outputs: ({ access }) => {
    if (!access) return {};
    const { oneplanConfiguration, mailBy, authentication, allowed, selfService, ...rest } = access;
    // Strict means the tenant's people and nothing else, unless OnePlan decides instead.
    const others = oneplanConfiguration === undefined && authentication === "office365Strict" ? [] : allowed;
    return {
      access: {
        ...rest,
        authentication,
        allowed: others,
        ...(oneplanConfiguration !== undefined && { oneplanConfiguration }),
        ...(selfService && { selfService }),
        ...(mailBy !== undefined && { mailBy }),
      },
    };
  },
});
