/** The style sheet, the script and the icon: read once, and known to browsers by their content. @packageDocumentation */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";

const types: Readonly<Record<string, string>> = {
  "console.css": "text/css; charset=utf-8",
  "console.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

export function staticFiles(app: FastifyInstance): void {
  for (const [name, type] of Object.entries(types)) {
    const content = readFileSync(join(import.meta.dirname, "..", "static", name));
    const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
    app.get(`/static/${name}`, { config: { needs: "nobody" } }, (request, reply) => {
      reply.header("cache-control", "no-cache").header("etag", tag);
      if (request.headers["if-none-match"] === tag) return reply.status(304).send();
      return reply.type(type).send(content);
    });
  }
}
