/** What happens on one day with work items and plans. @packageDocumentation */
import { SettingsError } from "../contract/errors.ts";
import type { Event } from "./day-event.ts";
import { text } from "./directory/model.ts";
import { addMember, organization } from "./hosts/azure-devops/organization.ts";
import { addressOf } from "./hosts/azure-devops/relations.ts";
import { createItem, updateItem } from "./hosts/azure-devops/saves.ts";
import { liveItem, PARENT, SOMEBODY, tracking, type WorkItem } from "./hosts/azure-devops/tracking.ts";
import type { Plan } from "./hosts/oneplan/plan-model.ts";
import { planData } from "./hosts/oneplan/plan-store.ts";
import { createPlan, updatePlan } from "./hosts/oneplan/plans.ts";
import type { World } from "./world.ts";

const titled = (value: string) => ({ op: "add" as const, path: "/fields/System.Title", value });
const below = (id: number) => ({
  op: "add" as const,
  path: "/relations/-",
  value: { rel: PARENT, url: addressOf(id) },
});

/** By what is typed. */
export const planEvents: Readonly<Record<string, Event>> = {
  "let-in": {
    takes: ["APP"],
    happens({ world, directory }, [app = ""]) {
      const principal = [...directory.servicePrincipals.values()].find((each) =>
        [text(each, "displayName"), text(each, "appId")].includes(app),
      );
      if (!principal) throw new SettingsError(`There is no enterprise application ${app}: deploy first.`);
      addMember(world, principal.id);
      return "it is a member of the organization contoso of Azure DevOps";
    },
  },
  "work-item": {
    takes: ["TYPE", "TITLE", "PARENT?"],
    happens({ world }, [type = "", title = "", parent]) {
      const [project] = organization(world).projects;
      if (!project) throw new SettingsError("The stand-in's Azure DevOps has no project.");
      const above = parent === undefined ? [] : [below(item(world, parent).id)];
      const { id } = createItem(tracking(world), project, type, [titled(title), ...above], { by: SOMEBODY });
      return `work item ${id} of the project ${project.name}`;
    },
  },
  "edit-work-item": {
    takes: ["ID", "TITLE"],
    happens: ({ world }, [id = "", title = ""]) =>
      void updateItem(tracking(world), item(world, id).id, [titled(title)], { by: SOMEBODY }),
  },
  "move-work-item": {
    takes: ["ID", "PARENT"],
    happens({ world }, [id = "", parent = ""]) {
      const moved = item(world, id);
      const old = moved.relations.findIndex(({ rel }) => rel === PARENT);
      const steps = [
        ...(old < 0 ? [] : [{ op: "remove" as const, path: `/relations/${old}` }]),
        below(item(world, parent).id),
      ];
      updateItem(tracking(world), moved.id, steps, { by: SOMEBODY });
    },
  },
  "plan-type": {
    takes: ["NAME"],
    happens({ world }, [Name = ""]) {
      const { planTypes } = planData(world);
      if (planTypes.some((each) => each.Name === Name)) throw new SettingsError(`OnePlan has ${Name} already.`);
      planTypes.push({ Id: crypto.randomUUID(), Name });
    },
  },
  plan: {
    takes: ["TYPE", "NAME"],
    happens({ world }, [type = "", Name = ""]) {
      const found = planData(world).planTypes.find((each) => each.Name === type);
      if (!found) throw new SettingsError(`OnePlan has no plan type ${type}.`);
      const { id } = createPlan(world, { WorkPlan: { Name, PlanType: found.Id, Fields: {} } }, SOMEBODY.id);
      return `plan ${id}`;
    },
  },
  "rename-plan": {
    takes: ["PLAN", "NAME"],
    happens: ({ world }, [plan = "", Name = ""]) =>
      void updatePlan(world, planCalled(world, plan).id, { WorkPlan: { Name } }, true, SOMEBODY.id),
  },
};

function item(world: World, id: string): WorkItem {
  const found = liveItem(tracking(world), Number(id));
  if (found) return found;
  throw new SettingsError(`The stand-in's Azure DevOps has no work item ${id}.`);
}

function planCalled(world: World, name: string): Plan {
  const found = Object.values(planData(world).plans).find((each) => each.id === name || each.Name === name);
  if (found) return found;
  throw new SettingsError(`The stand-in's OnePlan has no plan ${name}.`);
}
