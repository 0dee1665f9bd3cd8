/**
 * Projects and their teams.
 *
 * @packageDocumentation
 */
import { findProject, isTrue, listed, wholeNumber } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { invalidArgument, projectNotFound } from "./errors.ts";
import type { Organization, Project } from "./organization.ts";
import { renameProject } from "./saves.ts";
import { processOf } from "./tracking.ts";

function answer({ name: home }: Organization, { id, name, lastUpdateTime }: Project): object {
  const url = `https://dev.azure.com/${home}/_apis/projects/${id}`;
  return { id, name, url, state: "wellFormed", revision: 1, visibility: "private", lastUpdateTime };
}

/** Assumed: a hundred when nobody says how many; the next page's token comes in a header (read: azure-devops-node-api). */
function list({ home, query, reply }: Call): object {
  const token = wholeNumber(query, "continuationtoken");
  const from = token ?? wholeNumber(query, "$skip") ?? 0;
  const next = from + (wholeNumber(query, "$top", 1) ?? 100);
  if (next < home.projects.length) void reply.header("x-ms-continuationtoken", String(next));
  return listed(home.projects.slice(from, next).map((project) => answer(home, project)));
}

function projectOfPath({ home, params }: Call): Project {
  const id = params["id"] ?? "";
  const found = findProject(home, id);
  if (!found) throw projectNotFound(id);
  return found;
}

function one(call: Call): object {
  const project = projectOfPath(call);
  const process = processOf(call.store, project);
  return {
    ...answer(call.home, project),
    defaultTeam: teamOf(call, project),
    ...(isTrue(call.query, "includecapabilities") && {
      capabilities: {
        processTemplate: { templateName: process.name, templateTypeId: process.id },
        versioncontrol: { sourceControlType: "Git" },
      },
    }),
  };
}

/** Documented: an operation that goes on in the background; here it is done at once. */
function rename(call: Call): object {
  const project = projectOfPath(call);
  const { name } = (call.body ?? {}) as { name?: unknown };
  if (typeof name !== "string") throw invalidArgument("Only the name of a project can be changed here.");
  renameProject(call.store, project, name);
  const id = crypto.randomUUID();
  const url = `https://dev.azure.com/${call.home.name}/_apis/operations/${id}`;
  return call.reply.status(202).send({ id, status: "succeeded", url });
}

/** Documented: every project begins with one team, named after it. */
function teamOf({ home, world }: Call, { id, name }: Project) {
  const team = world.guid("azure devops team", id);
  const url = `https://dev.azure.com/${home.name}/_apis/projects/${id}/teams/${team}`;
  return { id: team, name: `${name} Team`, url };
}

function teams(call: Call): object {
  const project = projectOfPath(call);
  const team = teamOf(call, project);
  const identityUrl = `https://vssps.dev.azure.com/${call.home.name}/_apis/Identities/${team.id}`;
  const more = { identityUrl, projectId: project.id, projectName: project.name, description: "" };
  return listed([{ ...team, ...more }]);
}

export const projectRoutes: readonly Route[] = [
  { method: "GET", path: "/projects", scope: "vso.project", handler: list },
  { method: "GET", path: "/projects/:id", scope: "vso.project", handler: one },
  { method: "PATCH", path: "/projects/:id", scope: "vso.project_manage", handler: rename },
  { method: "GET", path: "/projects/:id/teams", scope: "vso.project", handler: teams },
];
