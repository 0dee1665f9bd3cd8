/**
 * The lines of the integration settings, and which plan goes with which item of the other system.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { caselessBody, dictionaryOf, guidOf, textOf } from "./body.ts";
import { ZERO_ID } from "./model.ts";
import { nullReference } from "./net-exception.ts";
import { planData } from "./plan-store.ts";
import type { Integration, IntegratedSystem, Plan } from "./plan-model.ts";
import { planOf, seen } from "./plans.ts";

export function saveIntegration(world: World, body: unknown, id?: string): Integration {
  const request = caselessBody(body);
  const { integrations } = planData(world);
  const before = id === undefined ? undefined : integrations[id.toLowerCase()];
  const number = (name: string) => {
    const value = request.get(name);
    return typeof value === "number" ? value : undefined;
  };
  const integration: Integration = {
    Id: before?.Id ?? guidOf(request, "Id") ?? crypto.randomUUID(),
    SystemType: number("systemtype") ?? before?.SystemType ?? 0,
    ListType: number("listtype") ?? before?.ListType ?? 0,
    Properties: dictionaryOf(request, "Properties") ?? before?.Properties ?? {},
  };
  integrations[integration.Id] = integration;
  return integration;
}

/** Documented: an import stamps its time and stores id and address; an export stamps its time only. */
export function stampPlan(world: World, body: unknown, isImport: boolean): Plan | null {
  const request = caselessBody(body);
  const plan = planOf(world, guidOf(request, "PlanId") ?? ZERO_ID);
  const integrationId = guidOf(request, "IntegrationId");
  if (!plan) return null;
  if (integrationId === undefined)
    throw nullReference("IntegrationController", "UpdatePlanIntegration(Boolean IsImport)");
  const now = world.now().toISOString();
  const before =
    plan.Integrations.find(({ IntegrationId }) => IntegrationId === integrationId) ?? newRecord(integrationId);
  const version = textOf(request, "IntegrationVersion") ?? before.IntegrationVersion;
  const stamped: IntegratedSystem = isImport
    ? {
        ...before,
        LastImport: now,
        ItemId: textOf(request, "ItemId") ?? before.ItemId,
        ItemUrl: textOf(request, "ItemUrl") ?? before.ItemUrl,
        IntegrationVersion: version,
      }
    : { ...before, LastExport: now };
  return withRecord(world, plan, stamped);
}

/** Documented; what a connection without an item looks like is assumed. */
export function connect(world: World, planId: string, integrationId: string): Plan | null {
  const plan = planOf(world, planId);
  if (!plan) return null;
  const id = integrationId.toLowerCase();
  const known = plan.Integrations.find(({ IntegrationId }) => IntegrationId === id);
  return withRecord(world, plan, known ?? newRecord(id));
}

/** Assumed: stamps are no saves: neither date nor event follow. */
function withRecord(world: World, plan: Plan, record: IntegratedSystem): Plan {
  const others = plan.Integrations.filter(({ IntegrationId }) => IntegrationId !== record.IntegrationId);
  const stamped = { ...plan, Integrations: [...others, record] };
  planData(world).plans[plan.id] = stamped;
  return stamped;
}

function newRecord(IntegrationId: string): IntegratedSystem {
  return {
    IntegrationId,
    ItemUrl: "",
    ItemId: "",
    TransactionId: crypto.randomUUID(),
    LastExport: null,
    LastImport: null,
    IntegrationVersion: "",
    Properties: {},
  };
}

/** Assumed: the first plan that goes with the item; none is the zero GUID. */
export function planOfItem(world: World, integrationId: string, itemId: string): string {
  const data = planData(world);
  const found = Object.values(data.plans).find(
    (plan) =>
      !data.hidden[plan.id] &&
      plan.Integrations.some(
        (each) => each.IntegrationId === integrationId.toLowerCase() && each.ItemId === itemId && itemId !== "",
      ),
  );
  seen(data);
  return found?.id ?? ZERO_ID;
}
