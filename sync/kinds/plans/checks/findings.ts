/** Something that does not agree between Azure DevOps, OnePlan and the settings. */
export interface PlansFinding {
  /** Where the mend is. */
  readonly where: "settings" | "Azure DevOps" | "OnePlan";
  /** What it is about: a project, a field, a type. */
  readonly subject: string;
  /** What is wrong and how to mend it. */
  readonly text: string;
  /** Nothing is written before it is mended. Left out: it costs values or items, and the rest goes on. */
  readonly stops?: true;
}
