import { type TSchema, Type } from "typebox";
import type { JsonObject } from "./merge-patch.ts";

interface ObjectSchema extends TSchema {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}

const isObjectSchema = (schema: TSchema): schema is ObjectSchema => "properties" in schema;

/**
 * The schema of a merge patch for a document: every member may be absent, at every depth, and what the document may lack may be `null`,
 * which removes it. Closed as the document is: a member that nobody knows is refused.
 */
export function patchSchema(schema: ObjectSchema) {
  return Type.Unsafe<JsonObject>({ ...optionalMembers(schema), minProperties: 1 });
}

function optionalMembers({ properties, required = [] }: ObjectSchema): TSchema {
  const members = Object.entries(properties).map(([name, member]) => {
    const inner = isObjectSchema(member) ? optionalMembers(member) : member;
    return [name, required.includes(name) ? inner : { anyOf: [inner, { type: "null" }] }];
  });
  return { type: "object", properties: Object.fromEntries(members), additionalProperties: false };
}
