/** What would change if settings were other ones. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { SettingsError } from "../../contract/errors.ts";
import { triedText, withTried } from "../data/tried.ts";
import { tryChoicePage, tryPage } from "../pages/try.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";
import { knownSync, type OfSync } from "./runs.ts";
import { asker } from "./work.ts";

/** A dry run with other settings can show more of the directory than the deployed ones let anybody see. */
const TRY = "run a sync, or what failed again";

export function tryRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  app.get("/try", { config: { needs: TRY } }, (request, reply) => show(request, reply, tryChoicePage(world.syncs)));

  app.get<OfSync>("/try/:kind/:target", { config: { needs: TRY } }, (request, reply) => {
    const sync = knownSync(world, request.params);
    return show(request, reply, tryPage(sync, triedText(world.outputs, sync)));
  });

  app.post<OfSync & { Body: { settings?: unknown } | undefined }>(
    "/try/:kind/:target",
    { config: { needs: TRY } },
    async (request, reply) => {
      const sync = knownSync(world, request.params);
      const text = typeof request.body?.settings === "string" ? request.body.settings : "";
      try {
        const tried = withTried(world.outputs, sync, text);
        const { id } = world.work.add({ sync, what: "look", trigger: "manual", ...asker(world, request, TRY), tried });
        return await reply.redirect(`/work/${id}`, 303);
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        return show(request, reply, tryPage(sync, text, error.message));
      }
    },
  );
}
