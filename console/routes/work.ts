/** Starting, looking, approving, and watching. @packageDocumentation */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Action, may } from "../../contract/access/rules.ts";
import { readLimitedObjects, readLimitedSets } from "../../sync/run/allowances.ts";
import { labelsOf, reportOfSet } from "../../sync/run/history.ts";
import { standingRuns } from "../../sync/run/standing.ts";
import { actorOf } from "../access.ts";
import { HttpError } from "../http/http-error.ts";
import { sendEvents } from "../http/streams.ts";
import { waitingPage } from "../pages/waiting.ts";
import { stateOf, workPage } from "../pages/work.ts";
import type { Show } from "../show.ts";
import type { Asked, Job } from "../work/work.ts";
import type { ConsoleWorld } from "../world.ts";
import { knownSync, type OfSync } from "./runs.ts";

const RUN = "run a sync, or what failed again";
const APPROVE = "approve exactly this plan";
const LOOK = "see what would change";

interface OfJob {
  Params: { readonly id: string };
}

interface OfSet {
  Params: OfSync["Params"] & { readonly hash: string };
}

export function workRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  const { work } = world;

  app.post<OfSync & { Body: { full?: unknown; again?: unknown; cause?: unknown; one?: unknown } }>(
    "/syncs/:kind/:target/run",
    { config: { needs: RUN } },
    async (request, reply) => {
      const { full, again, cause, one } = request.body;
      const sync = knownSync(world, request.params);
      const { id } = work.add({
        ...{ sync, what: "run", ...asker(world, request, RUN) },
        trigger: again === "yes" ? "again" : "manual",
        ...(full === "yes" && { full: true }),
        ...(again === "yes" && { again: typeof cause === "string" && cause !== "" ? cause : true }),
        ...(typeof one === "string" && { one }),
      });
      return reply.redirect(`/work/${id}`, 303);
    },
  );

  app.post<OfSync>("/syncs/:kind/:target/look", { config: { needs: LOOK } }, async (request, reply) => {
    const sync = knownSync(world, request.params);
    const { id } = work.add({ sync, what: "look", trigger: "manual", ...asker(world, request, LOOK) });
    return reply.redirect(`/work/${id}`, 303);
  });

  app.get<OfJob & { Querystring: { changes?: unknown } }>(
    "/work/:id",
    { config: { needs: LOOK } },
    (request, reply) => {
      const { changes } = request.query;
      const page = (typeof changes === "string" && Number.parseInt(changes, 10)) || 1;
      return show(request, reply, workPage(visible(request), request.role, page));
    },
  );

  app.get<OfJob>("/work/:id/events", { config: { needs: LOOK } }, (request, reply) => {
    const { id } = visible(request);
    const clock = () => ({ now: world.now(), timeZone: world.timeZone });
    return sendEvents(request, reply, {
      stillMay: () => request.stillMay(),
      closing: world.closing,
      pause: world.pause,
      async *events(until) {
        for await (const job of work.follow(id, until))
          yield { isLast: job.ended !== undefined, text: stateOf(job, clock()).text };
      },
    });
  });

  app.post<OfJob>("/work/:id/withdraw", { config: { needs: RUN } }, async (request, reply) => {
    const { id } = known(request.params.id);
    request.session.notice = work.withdraw(id, whoAsks(request))
      ? { tone: "good", text: "It was withdrawn." }
      : { tone: "bad", text: "It has begun already, and goes on to its end." };
    return reply.redirect(`/work/${id}`, 303);
  });

  app.post<OfJob>("/work/:id/approve", { config: { needs: APPROVE } }, async (request, reply) => {
    const { what, report, sync, tried } = known(request.params.id);
    if (what !== "look" || !report || tried !== undefined)
      throw new HttpError(409, "There is no plan here that could be approved.");
    const { id } = work.add({
      ...{ sync, what: "run", trigger: "manual", ...asker(world, request, APPROVE) },
      ...(report.limit?.over === true && { allow: report.limit.hash }),
      looked: report,
    });
    return reply.redirect(`/work/${id}`, 303);
  });

  app.get<OfSet>("/waiting/:kind/:target/:hash", { config: { needs: LOOK } }, async (request, reply) => {
    const sync = knownSync(world, request.params);
    const state = await world.state();
    const set = (await readLimitedSets(state, sync.sync)).find(({ hash }) => hash === request.params.hash);
    if (!set) throw new HttpError(404, "That plan is not kept any more: a later run found another one, or none.");
    const members = await readLimitedObjects(state, sync.sync, set.hash);
    const labels = await labelsOf(state, sync.sync, new Set(members.map(({ sourceId }) => sourceId)));
    const report = await reportOfSet(state, sync.sync, set.hash);
    const named = members.map((each) => {
      const label = labels.get(each.sourceId);
      return { ...each, ...(label !== undefined && { label }) };
    });
    const standing = await standingRuns(state, sync.sync, world.now());
    const isOpen = standing.some(({ limit }) => limit?.over === true && limit.hash === set.hash);
    return show(
      request,
      reply,
      waitingPage({ ...set, sync, members: named, isOpen, ...(report && { report }) }, request.role),
    );
  });

  app.post<OfSet & { Body: { plan?: unknown } }>(
    "/waiting/:kind/:target/:hash/approve",
    { config: { needs: APPROVE } },
    async (request, reply) => {
      const sync = knownSync(world, request.params);
      const { hash } = request.params;
      const state = await world.state();
      const sets = await readLimitedSets(state, sync.sync);
      if (!sets.some((each) => each.hash === hash)) throw new HttpError(404, "That plan is not kept any more.");
      const report = await reportOfSet(state, sync.sync, hash);
      if (!report || (request.body.plan ?? "") !== (report.plan ?? ""))
        throw new HttpError(409, "The plan changed since somebody looked, and nothing was written: look again.");
      const { id } = work.add({
        ...{ sync, what: "run", trigger: "manual", ...asker(world, request, APPROVE), allow: hash },
        // Strangers stopped nothing: a full run finds them, and does what else it plans as ever.
        ...(report.limit?.hash === hash && { looked: report }),
      });
      return reply.redirect(`/work/${id}`, 303);
    },
  );

  /** What was tried with other settings shows what the deployed ones let not everybody see. */
  function visible({ params, role }: FastifyRequest<OfJob>): Job {
    const job = known(params.id);
    if (job.tried === undefined || (role !== null && may(role, RUN))) return job;
    throw new HttpError(403, `Your role is ${role ?? "none"}, which may not ${RUN}: other settings were tried here.`);
  }

  function known(id: string): Job {
    const job = work.get(id);
    if (job) return job;
    throw new HttpError(
      404,
      "That is not remembered any more: runs are among the past runs, and what was only looked at is kept nowhere.",
    );
  }
}

/** Who asks for something, and whether that person may still do it when it begins. */
export function asker(
  { access }: Pick<ConsoleWorld, "access">,
  request: FastifyRequest,
  action: Action,
): Pick<Asked, "by" | "mayStill"> {
  const { person } = actorOf(request);
  return {
    by: whoAsks(request),
    mayStill: async () => {
      const role = await access.roleNow(person);
      return role !== undefined && may(role, action);
    },
  };
}

/** For reports: who, and that it was by the console. */
export function whoAsks({ person }: Pick<FastifyRequest, "person">): string {
  return `${person?.userName || person?.id || "somebody"} (console)`;
}
