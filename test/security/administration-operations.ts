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
}

interface Document {
  readonly paths: Record<string, Record<string, { tags?: string[]; requestBody?: { content: Record<string, { schema: BodySchema }> } }>>;
}

const TAGS = ["Users", "Groups", "Policy"];

/** What the administration offers, by its own description: a route that is added is attacked without a word here. */
export function operations(run: StartedProduct): Operation[] {
  const { paths } = run.product.server.swagger() as unknown as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags = [] }]) => tags.some((tag) => TAGS.includes(tag)))
      .map(([method, { requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        body: requestBody?.content["application/json"]?.schema ?? null,
      })),
  );
}

/** The path with something in the place of each parameter. */
export function filled({ path }: Operation, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? values.other ?? "x"));
}
