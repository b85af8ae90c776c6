import { newToken, type Random } from "../kit/random.ts";
import { sha256 } from "../kit/seal.ts";

/** `<session id>.<secret>`: the id finds the session, the whole is compared by its hash, which alone is kept. */
export interface NewRefreshToken {
  readonly refreshToken: string;
  readonly refreshHash: string;
}

const SHAPE = /^([\w-]{22})\.[\w-]{43}$/;

export function newRefreshToken(sessionId: string, random: Random): NewRefreshToken {
  const refreshToken = `${sessionId}.${newToken(random)}`;
  return { refreshToken, refreshHash: refreshHash(refreshToken) };
}

export function refreshHash(refreshToken: string): string {
  return sha256(refreshToken);
}

/** `null` for what is no refresh token by its looks. */
export function sessionOfRefreshToken(refreshToken: string): string | null {
  return SHAPE.exec(refreshToken)?.[1] ?? null;
}
