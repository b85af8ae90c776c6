import type { ColumnType, JSONColumnType } from "kysely";

type Json = JSONColumnType<object, string, string>;

export interface AuditEventsTable {
  id: string;
  at: Date;
  tenant_id: string | null;
  type: string;
  outcome: string;
  reason: string | null;
  actor: Json;
  user_id: string | null;
  flow_id: string | null;
  support_code: string | null;
  details: Json;
}

export interface AuditSealsTable {
  tenant_id: string;
  number: ColumnType<string, number, never>;
  sealed_at: Date;
  first_at: Date;
  last_at: Date;
  count: number;
  ids: string[];
  ats: Date[];
  leaves: Buffer[];
  key_id: string;
  previous_hash: Buffer;
  hash: Buffer;
}
