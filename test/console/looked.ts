/** What looks at both sides and at the tenant found, with something to mend in each. */
import type { RoomsFound } from "../../console/world.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { Memory } from "../../doctor/drift/index.ts";
import { remember } from "../../doctor/drift/memory.ts";
import { declaredFacts } from "../../doctor/live/declared-facts.ts";
import type { StateStore } from "../../sync/state/session.ts";
import type { PlansCheck } from "../../sync/kinds/plans/checks/index.ts";

export const plansLooked: PlansCheck = {
  organization: "contoso",
  findings: [
    { where: "OnePlan", subject: "Cost", text: "OnePlan has no field Cost: make it." },
    { where: "settings", subject: "Bug", text: "There is no type <b>Bug</b>: leave it out.", stops: true },
  ],
  items: 1234,
  unmatched: [{ name: "Ann", items: 3 }],
  leftBehind: [{ id: 17, title: "Epic", attachments: 2, comments: 1 }],
};

const room = { name: "Atlas", address: "atlas@contoso.com" };

export const roomsLooked: RoomsFound = {
  standings: [
    {
      ...{ version: 1, target: "ONES", notes: ["a note"] },
      rooms: [{ ...room, standing: "not usable", why: "has no capacity: set it." }],
      strangers: [{ id: "9", name: "Old", active: false, namesakes: [{ id: "guid", address: "old@contoso.com" }] }],
      exceptions: [],
    },
  ],
  bookings: { findings: [{ ...room, text: "has no mailbox that can be booked", mend: ["Test-Command"] }] },
};

/**
 * Leaves what a look at the tenant leaves: the first registration has a redirect URI by hand, the second is gone, and the
 * others are as declared.
 */
export async function rememberLook(store: StateStore, outputs: Outputs, now: Date): Promise<void> {
  const byHand = "https://<b>evil</b>.example/";
  const registrations = outputs.registrations.map((each, index): Memory["registrations"][number] => {
    const facts = declaredFacts(outputs, each, now).map(({ aspect, on, id, label, value }) => ({
      ...{ aspect, on, id, label },
      ...(value !== undefined && { value }),
    }));
    const surplus = { aspect: "web redirect URI", on: "application", id: byHand, label: byHand } as const;
    return {
      ...{ name: each.name, unread: [], relations: "" },
      ...(index !== 1 && { facts: index === 0 ? [...facts, surplus] : facts }),
    };
  });
  const session = await store.lock("drift");
  try {
    const links = { applications: "", servicePrincipals: "", grants: "" };
    await remember(session, { facts: 2, links, ids: "", at: now.toISOString(), registrations, grants: {} });
  } finally {
    await session.release();
  }
}
