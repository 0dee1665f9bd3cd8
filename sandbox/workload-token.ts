import { renameSync, writeFileSync } from "node:fs";
import { decodeJwt } from "jose";
import { issueWorkloadToken } from "./tokens.ts";
import type { World } from "./world.ts";

export interface TokenFile {
  /** Writes a fresh token now: the world's clock was moved. */
  readonly renew: () => Promise<void>;
  readonly stop: () => void;
}

/** Keeps a valid token of the workload's own issuer in a file, readable by this user only, as a platform would. */
export async function keepTokenFile(world: World, file: string): Promise<TokenFile> {
  let timer: NodeJS.Timeout | undefined;
  const renew = async () => {
    clearTimeout(timer);
    const token = await issueWorkloadToken(world);
    writeFileSync(`${file}.new`, token, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    const { exp = 0 } = decodeJwt(token);
    // Half of its life, so that whoever reads the file always has some time left.
    const wait = Math.max((exp * 1000 - world.now().getTime()) / 2, 1000);
    timer = setTimeout(() => void renew(), wait).unref();
  };
  await renew();
  return { renew, stop: () => clearTimeout(timer) };
}
