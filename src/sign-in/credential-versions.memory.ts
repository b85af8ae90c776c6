import type { CredentialVersions } from "./credential-versions.ts";

export function createMemoryCredentialVersions(): CredentialVersions {
  const versions = new Map<string, number>();
  return {
    async raise(userId, version) {
      versions.set(userId, Math.max(version, versions.get(userId) ?? 0));
    },
    read: async (userId) => versions.get(userId) ?? null,
  };
}
