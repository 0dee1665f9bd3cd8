#!/usr/bin/env node
/**
 * The launcher: the command line on Node 24, from the sources in a checkout and compiled in the package. JavaScript,
 * since an older Node has to understand it as well, which then hands over to the Node 24 that is installed beside it.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  await handOver();
} else {
  // What Node compiled is kept for the next command: a third of the time of a start.
  const compiled = process.env["NODE_COMPILE_CACHE"] || compiledFolder();
  if (compiled !== undefined) module.enableCompileCache(compiled);
  const sources = new URL("../cli/index.ts", import.meta.url);
  const { main } = await import(existsSync(sources) ? sources.href : new URL("../cli/index.js", import.meta.url).href);
  await main();
}

/** Runs the same command with the package `node`, where that is installed. */
async function handOver() {
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `tenantwire: Node ${NEEDED} or newer is needed, and this is ${process.version}. Install it (https://nodejs.org), or the npm package node@${NEEDED} beside tenantwire.\n`,
    );
    process.exitCode = 2;
    return;
  }
  // Before the child: it may have printed, and be told to stop for it, before this process comes to its next line.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // A terminal sends its interrupt to the child as well.
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY) || child.kill(signal));
  }
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (...ended) => resolve(ended));
  });
  process.exitCode = code ?? 128 + constants.signals[signal];
}

function installedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const node = join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(node) ? node : undefined;
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** This user's own: what other users of the machine could have written is not run. Undefined: the user has no folder. */
function compiledFolder() {
  const { XDG_CACHE_HOME: xdg = "", LOCALAPPDATA: local } = process.env;
  try {
    if (isAbsolute(xdg)) return join(xdg, "tenantwire", "compiled");
    if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "tenantwire", "compiled");
    if (process.platform === "win32" && local) return join(local, "tenantwire", "compiled");
    return join(homedir(), ".cache", "tenantwire", "compiled");
  } catch (error) {
    // A container or a service may run as a number that is nobody's, without a home.
    if (error.code === "ERR_SYSTEM_ERROR") return undefined;
    throw error;
  }
}
