/**
 * What the OnePlan group keeps of plans and tasks, as plain JSON. Names and their casing are OnePlan's (documented).
 *
 * @packageDocumentation
 */
import type { Json } from "./model.ts";

export type Fields = Readonly<Record<string, Json>>;

/** The other system's item that a plan goes with. */
export interface IntegratedSystem {
  readonly IntegrationId: string;
  readonly ItemUrl: string;
  readonly ItemId: string;
  readonly TransactionId: string;
  readonly LastExport: string | null;
  readonly LastImport: string | null;
  readonly IntegrationVersion: string;
  readonly Properties: Fields;
}

export interface Plan {
  readonly id: string;
  readonly Name: string;
  readonly Archived: boolean;
  readonly Created: string;
  readonly Modified: string;
  /** Id of the resource that saved it. */
  readonly Editor: string;
  /** Id of its type; the zero GUID is a blank type (documented: such a plan seems missing). */
  readonly PlannerTypeId: string;
  /** The tree of the portfolio; the zero GUID at the top. */
  readonly PortfolioParentId: string;
  /** A second notion, whose meaning is not documented. */
  readonly ParentPlanId: string;
  readonly Folder: boolean;
  readonly PlanNumber: number;
  readonly SubPlans: readonly string[];
  readonly Fields: Fields;
  readonly SummaryFields: Fields;
  readonly Integrations: readonly IntegratedSystem[];
}

/** What a task goes with, and the fields that are locked in OnePlan's pages. */
export interface TaskIntegration {
  readonly IntegrationId: string;
  readonly ExternalItemId: string;
  readonly ExternalUrl: string;
  readonly ReadOnlyFields: readonly string[];
}

export interface Task {
  readonly id: string;
  readonly WorkPlanId: string;
  readonly WorkTypeId: string;
  readonly Name: string;
  readonly ParentId: string;
  readonly Created: string;
  readonly Modified: string;
  readonly Editor: string;
  readonly AssignedTo: readonly string[];
  readonly Assignments: Readonly<Record<string, number>>;
  readonly Fields: Fields;
  readonly Index: number;
  readonly Integration: TaskIntegration | null;
}

export interface NamedType {
  readonly Id: string;
  readonly Name: string;
}

export interface PlanField {
  readonly Id: string;
  readonly InternalName: string;
  readonly DisplayName: string;
  /** 1 text, 2 calculated, 3 number, 5 choice (seen in one tenant); 4 a date (assumed). */
  readonly ColumnType: number;
  readonly MultiLine: boolean;
  readonly ReadOnly: boolean;
  readonly Required: boolean;
  /** Labels by key, which is a GUID (seen in one tenant). */
  readonly Choices: Readonly<Record<string, string>> | null;
}

export interface Iteration {
  readonly id: string;
  readonly Name: string;
  readonly StartDate: string | null;
  readonly EndDate: string | null;
}

/** A line of the integration settings: one connected organization. */
export interface Integration {
  readonly Id: string;
  /** 2 is Azure DevOps (seen in one tenant). */
  readonly SystemType: number;
  readonly ListType: number;
  readonly Properties: Fields;
}

export interface EventSubscription {
  readonly Id: string;
  /** 0 is plans, 1 is steps (read: the vendor's connector). */
  readonly List: number;
  readonly EventUrl: string;
  readonly IntegrationId: string | null;
  readonly Strategy: string | null;
  /** 1 is updates (inferred); nobody knows the others, which never happen here. */
  readonly Triggers: readonly number[];
  readonly Filter: string | null;
  readonly Type: number;
}

export interface EventLine {
  readonly EventId: string;
  readonly Timestamp: string;
  readonly PlanId: string;
  Result: string;
}

export interface PlanData {
  readonly plans: Record<string, Plan>;
  readonly tasks: Record<string, Task>;
  readonly planTypes: NamedType[];
  readonly workTypes: NamedType[];
  readonly planFields: PlanField[];
  readonly taskFields: PlanField[];
  readonly iterations: Iteration[];
  readonly integrations: Record<string, Integration>;
  readonly events: Record<string, EventSubscription>;
  readonly eventLog: EventLine[];
  readonly deletedPlans: { readonly PlanId: string; readonly Name: string; readonly Timestamp: string }[];
  lastNumber: number;
  /** Reads that still do not find a plan that was just made. */
  readonly hidden: Record<string, number>;
}
