import { type Static, Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { type FieldFault, faulty } from "../kit/field-faults.ts";
import { PLANS } from "../policy/entitlements.ts";
import { brandOf, faultOfAccent, faultOfLogo } from "./branding.ts";
import type { TenantAct } from "./change-tenant.pg.ts";
import type { TenantChanges, TenantView } from "./tenant-view.ts";

export interface TenantRoutes {
  readonly need: NeedRights;
  readonly readTenant: (tenantId: string) => Promise<TenantView>;
  readonly changeTenant: (act: TenantAct, changes: TenantChanges) => Promise<TenantView>;
  readonly clock: Clock;
}

/** 64 KB of a picture, in base64, and what is around it. */
const BODY_LIMIT = 96 * 1024;
const NAME = /^(?!\s)(?:(?!\p{C}).)+(?<!\s)$/u;

const Answer = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    name: Type.String(),
    domains: Type.Array(Type.String()),
    plan: Type.Unsafe<TenantView["plan"]>({ type: "string", enum: [...PLANS] }),
    branding: Type.Object(
      {
        accentColor: Type.Union([Type.String(), Type.Null()]),
        logo: Type.Union([Type.String(), Type.Null()], { description: "The path of the picture on this origin." }),
      },
      exact,
    ),
    suspended: Type.Boolean({ description: "False for whoever can read it: of a suspended organisation nobody gets in." }),
  },
  exact,
);
const Patch = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    branding: Type.Optional(
      Type.Object(
        {
          accentColor: Type.Optional(
            Type.Union([Type.String({ pattern: "^#[0-9A-Fa-f]{6}$" }), Type.Null()], {
              description: "Dark enough for a contrast of 4.5:1 with the page.",
            }),
          ),
          logo: Type.Optional(
            Type.Union([Type.String({ maxLength: 87_384, pattern: "^[A-Za-z0-9+/]+=*$" }), Type.Null()], {
              description: "A PNG in base64: 64 KB and 1024 by 1024 pixels at most.",
            }),
          ),
        },
        { ...exact, minProperties: 1 },
      ),
    ),
  },
  { ...exact, minProperties: 1 },
);
const about = { tags: ["Tenant"], security: [{ accessToken: [] }] };

/** The caller's organisation. Domains and plan are the operator's: `rekey tenants`. */
export function registerTenantRoutes(app: Server, { need, readTenant, changeTenant, clock }: TenantRoutes): void {
  app.get(
    "/v1/tenant",
    {
      onRequest: need("users:read"),
      schema: { ...about, summary: "The organisation of the caller", response: answers({ 200: Answer }, 401, 403, 503) },
    },
    async (request) => viewOf(await readTenant(callerOf(request).tenantId)),
  );
  app.patch(
    "/v1/tenant",
    {
      onRequest: need("tenant:write"),
      bodyLimit: BODY_LIMIT,
      schema: {
        ...about,
        summary: "Change the name and the look of the organisation",
        description: "By a Global Administrator; applications may not. What is absent stays, `null` takes it away.",
        body: Patch,
        response: answers({ 200: Answer }, 400, 401, 403, 413, 415, 503),
      },
    },
    async (request) => {
      const { tenantId, kind, id } = callerOf(request);
      const changes = changesOf(request.body);
      return viewOf(await changeTenant({ tenantId, actor: { kind, id }, now: clock.now() }, changes));
    },
  );
}

/** @throws {Problem} `invalid-request` */
function changesOf({ name: written, branding }: Static<typeof Patch>): TenantChanges {
  const faults: FieldFault[] = [];
  const judge = (field: string, reason: string | null) => (reason === null ? undefined : faults.push({ field, reason }));
  const name = written?.normalize("NFC");
  if (name !== undefined && !NAME.test(name)) judge("/name", "must be on one line, without space around it");
  const accentColor = branding?.accentColor === undefined ? undefined : (branding.accentColor?.toLowerCase() ?? null);
  if (typeof accentColor === "string") judge("/branding/accentColor", faultOfAccent(accentColor));
  const logo = branding?.logo === undefined || branding.logo === null ? branding?.logo : Buffer.from(branding.logo, "base64");
  if (logo instanceof Buffer) judge("/branding/logo", faultOfLogo(logo));
  if (faults.length > 0) throw faulty(faults);
  return {
    ...(name === undefined ? {} : { name }),
    ...(accentColor === undefined ? {} : { accentColor }),
    ...(logo === undefined ? {} : { logo }),
  };
}

function viewOf({ branding, domains, ...view }: TenantView) {
  const logo = brandOf(view.name, branding)?.logo ?? null;
  return { ...view, domains: [...domains], branding: { accentColor: branding.accentColor, logo } };
}
