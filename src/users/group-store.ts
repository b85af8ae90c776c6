import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
  /** The folded name: unique in the organisation, and the order of lists. */
  readonly key: string;
  /** Said when it was made, and never changed. */
  readonly roleAssignable: boolean;
  /** Held by whoever is in it. */
  readonly roles: readonly string[];
}

export interface NewGroup {
  readonly name: string;
  readonly roleAssignable: boolean;
}

export interface GroupMember {
  readonly id: string;
  readonly type: "user" | "group";
  /** A user principal name, or the name of a group. */
  readonly name: string;
  readonly displayName: string | null;
  /** The order of lists: groups first, then people, by name. */
  readonly key: string;
}

/**
 * Everything is looked for in one organisation: another one's group is unknown. Each change is one transaction with its audit event.
 * @throws {Problem} `forbidden` for whoever may not change this group or its members; `conflict` for the last Global Administrator
 */
export interface GroupStore {
  list(tenantId: string, nameStart: string | null, after: string | null, limit: number): Promise<Group[]>;
  find(tenantId: string, id: string): Promise<Group | null>;
  /** `null`: the name is taken. */
  create(group: NewGroup, act: Act): Promise<Group | null>;
  rename(id: string, name: string, act: Act): Promise<Group | "unknown" | "taken">;
  /** `in-use`: the policy names it. */
  remove(id: string, act: Act): Promise<"removed" | "unknown" | "in-use">;
}

/** Members that a group has by itself. A member is a person or another group. */
export interface GroupMemberStore {
  /** `null`: no such group. */
  list(tenantId: string, groupId: string, after: string | null, limit: number): Promise<GroupMember[] | null>;
  find(tenantId: string, groupId: string, member: UserAddress): Promise<GroupMember | null>;
  /** `cycle`: the group is in that group already, at whatever depth. `people-alone`: a group that roles can be given to is in no other. */
  add(groupId: string, member: UserAddress, act: Act): Promise<"added" | "was-there" | "unknown" | "cycle" | "people-alone">;
  remove(groupId: string, member: UserAddress, act: Act): Promise<"removed" | "unknown">;
}
