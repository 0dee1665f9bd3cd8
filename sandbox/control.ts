/**
 * The stand-in's levers, over plain http on loopback: faults, the clock, the request counts, behaviours that nobody
 * has confirmed. `control-client.ts` is the other end.
 *
 * @packageDocumentation
 */
import fastify from "fastify";
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { changeBehaviours, listBehaviours } from "./behaviours.ts";
import { happen, usage } from "./day.ts";
import { FaultRule } from "./faults/index.ts";
import type { Faults } from "./faults/index.ts";
import type { RequestLog } from "./requests.ts";
import type { World } from "./world.ts";

export interface ControlOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly advance: (milliseconds: number) => Promise<void>;
  /** To be told that the world is another one now. */
  readonly changed: () => void;
}

export interface Control {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const Day = z.strictObject({ what: z.string(), values: z.array(z.string()) });
const Clock = z.strictObject({ advanceMs: z.number().nonnegative() });

export async function startControl({ world, faults, requests, advance, changed }: ControlOptions): Promise<Control> {
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const isMistake = error instanceof z.ZodError || error instanceof SettingsError;
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return reply.code(isMistake ? 400 : (error.statusCode ?? 500)).send({ error: message });
  });

  app.get("/faults", () => faults.list());
  app.post("/faults", (request) => ({ id: faults.add(FaultRule.parse(request.body)) }));
  app.delete("/faults", (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>("/faults/:id", (request, reply) =>
    reply.code(faults.remove(Number(request.params.id)) ? 204 : 404).send(),
  );

  app.get("/clock", () => ({ now: world.now().toISOString() }));
  app.post("/clock", async (request) => {
    await advance(Clock.parse(request.body).advanceMs);
    return { now: world.now().toISOString() };
  });

  app.get("/day", () => ({ usage: usage() }));
  app.post("/day", (request) => {
    const { what, values } = Day.parse(request.body);
    const said = happen(world, what, values);
    changed();
    return { said };
  });

  app.get("/requests", () => ({ ...requests.counts(), entries: requests.entries() }));
  app.delete("/requests", (_request, reply) => {
    requests.mark();
    return reply.code(204).send();
  });

  app.get("/behaviour", () => listBehaviours(world));
  app.patch("/behaviour", (request) => changeBehaviours(world, request.body));

  app.post("/save", (_request, reply) => {
    world.save();
    return reply.code(204).send();
  });

  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, stop: () => app.close() };
}
