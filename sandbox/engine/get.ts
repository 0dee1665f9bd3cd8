/**
 * `node sandbox/engine/get.ts` prints the folder that holds `pulumi` and its Node language host on standard output, after
 * getting both where they are missing. What it does meanwhile goes to standard error.
 */
import { ensureEngine, EngineUnavailable } from "./index.ts";

try {
  const engine = await ensureEngine({ onProgress: (message) => console.error(message) });
  console.log(engine.binDir);
} catch (error) {
  if (!(error instanceof EngineUnavailable)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
