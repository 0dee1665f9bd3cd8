import type { Action } from "../contract/access/rules.ts";

/** What the navigation lists, each with what it takes to open it. */
export interface Section {
  readonly path: string;
  readonly title: string;
  readonly needs: Action;
}

const LOOK = "see runs, plans, rooms and statistics";

export const sections: readonly Section[] = [
  { path: "/", title: "Overview", needs: LOOK },
  { path: "/runs", title: "Runs", needs: LOOK },
  { path: "/objects", title: "Objects", needs: LOOK },
  { path: "/try", title: "What if", needs: "run a sync, or what failed again" },
  { path: "/rooms", title: "Rooms", needs: LOOK },
  { path: "/plans", title: "Connected plans", needs: LOOK },
  { path: "/statistics", title: "Statistics", needs: LOOK },
  { path: "/credentials", title: "Credentials", needs: LOOK },
  { path: "/registrations", title: "Registrations", needs: LOOK },
  { path: "/sheets", title: "Settings sheets", needs: LOOK },
  { path: "/people", title: "People", needs: "see people and the audit trail" },
  { path: "/audit", title: "Audit trail", needs: "see people and the audit trail" },
];
