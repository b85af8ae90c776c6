import { createAddMethods } from "./add-methods.pg.ts";
import { createChangeMethods } from "./change-methods.pg.ts";
import type { RowDeps } from "./own-method-rows.pg.ts";
import type { OwnMethodStore } from "./own-method-store.ts";
import { createVerifyMethods } from "./verify-methods.pg.ts";

export function createOwnMethodStore(deps: RowDeps): OwnMethodStore {
  return { ...createAddMethods(deps), ...createVerifyMethods(deps), ...createChangeMethods(deps) };
}
