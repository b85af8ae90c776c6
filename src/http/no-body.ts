import type { FastifyRequest } from "fastify";
import { Problem } from "../kit/problem.ts";

/**
 * For routes of the API whose schema has no body: none, or `{}`, is right. What a caller wrote for nobody to read would be dropped in
 * silence, and unknown fields are refused everywhere (contract, opening paragraph).
 * @throws {Problem} `invalid-request`
 */
export async function refuseUnreadBody({ routeOptions, body }: Pick<FastifyRequest, "body" | "routeOptions">): Promise<void> {
  if (routeOptions.url?.startsWith("/v1/") !== true || routeOptions.schema?.body !== undefined) return;
  if (body === undefined || body === null) return;
  const fields = typeof body === "object" && !Array.isArray(body) ? Object.keys(body) : null;
  if (fields?.length === 0) return;
  const errors =
    fields === null ? [{ field: "", reason: "must be object" }] : fields.map((name) => ({ field: `/${name}`, reason: "is not known" }));
  throw new Problem("invalid-request", { detail: "This call takes no body.", extensions: { errors } });
}
