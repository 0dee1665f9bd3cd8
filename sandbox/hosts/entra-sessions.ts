/**
 * Authorization codes and refresh tokens that were given out. Only their hashes are kept.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { secretHash } from "../directory/seed.ts";
import type { World } from "../world.ts";

/** Documented: an authorization code lives ten minutes. */
const CODE_LIFETIME_MS = 10 * 60 * 1000;

/** What somebody agreed to when signing in. */
export interface Session {
  readonly clientId: string;
  readonly userId: string;
  /** As it was asked for. */
  readonly scope: string;
  /** Has the application no secret? By the platform of its redirect URI (documented). */
  readonly isPublic: boolean;
}

export interface Code extends Session {
  readonly redirectUri: string;
  readonly challenge?: { readonly value: string; readonly isHashed: boolean };
  readonly nonce?: string;
  readonly expires: number;
  isRedeemed: boolean;
}

export interface RefreshToken extends Session {
  /** When it was issued, in milliseconds. It dies of inactivity: each use gives a new one. */
  readonly issued: number;
}

interface Sessions {
  codes: Record<string, Code>;
  refreshTokens: Record<string, RefreshToken>;
}

export function newCode(world: World, code: Omit<Code, "expires" | "isRedeemed">): string {
  const value = `1.${randomBytes(48).toString("base64url")}`;
  sessions(world).codes[secretHash(value)] = {
    ...code,
    expires: world.now().getTime() + CODE_LIFETIME_MS,
    isRedeemed: false,
  };
  return value;
}

export function findCode(world: World, value: string): Code | undefined {
  return sessions(world).codes[secretHash(value)];
}

export function newRefreshToken(world: World, { clientId, userId, scope, isPublic }: Session): string {
  const value = `1.${randomBytes(64).toString("base64url")}`;
  const issued = world.now().getTime();
  sessions(world).refreshTokens[secretHash(value)] = { clientId, userId, scope, isPublic, issued };
  return value;
}

export function findRefreshToken(world: World, value: string): RefreshToken | undefined {
  return sessions(world).refreshTokens[secretHash(value)];
}

function sessions(world: World): Sessions {
  return world.section<Sessions>("entra-sessions", () => ({ codes: {}, refreshTokens: {} }));
}
