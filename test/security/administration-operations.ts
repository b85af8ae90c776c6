import type { StartedProduct } from "../journeys/product.ts";

/** JSON Schema as the OpenAPI document has it; only what the attacks look at. */
export interface BodySchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, BodySchema>>;
}

export interface Operation {
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly body: BodySchema | null;
  /** What its query may name. */
  readonly query: readonly string[];
}

interface Described {
  readonly tags?: string[];
  readonly requestBody?: { content: Record<string, { schema: BodySchema }> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

interface Document {
  readonly paths: Record<string, Record<string, Described>>;
}

const TAGS = ["Users", "Groups", "Roles", "Policy", "Password jobs", "Reports", "Audit", "Approvals"];

/** What the administration offers, by its own description: a route that is added is attacked without a word here. */
export function operations(run: StartedProduct): Operation[] {
  return everyOperation(run, TAGS);
}

/** Every route of the document, or those with one of the tags. */
export function everyOperation(run: StartedProduct, among?: readonly string[]): Operation[] {
  const { paths } = run.product.server.swagger() as unknown as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags = [] }]) => among === undefined || tags.some((tag) => among.includes(tag)))
      .map(([method, { requestBody, parameters = [] }]) => ({
        method: method.toUpperCase(),
        path,
        body: requestBody?.content["application/json"]?.schema ?? null,
        query: parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
      })),
  );
}

/** The path with something in the place of each parameter. */
export function filled({ path }: Operation, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? values.other ?? "x"));
}
