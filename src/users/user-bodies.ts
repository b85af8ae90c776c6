import { Type } from "typebox";
import { CONTACT_TYPES, type ContactType } from "../methods/contact-method.ts";
import { ROLES } from "./roles.ts";

const exact = { additionalProperties: false } as const;
const text = (maxLength: number) => Type.Optional(Type.Union([Type.String({ maxLength }), Type.Null()]));

const profile = {
  displayName: text(512),
  givenName: text(128),
  surname: text(128),
  mail: text(254),
  preferredLanguage: text(35),
  usageLocation: Type.Optional(
    Type.Union([Type.String({ pattern: "^[A-Za-z]{2}$" }), Type.Null()], {
      description: "ISO 3166-1 alpha-2: the country of numbers in national writing.",
    }),
  ),
};

/** Contact data that an administrator fills in. Bounded well above what anybody writes; what is in it is read by `contact-data.ts`. */
export const ContactDataSchema = Type.Array(
  Type.Object(
    {
      type: Type.Unsafe<ContactType>({ type: "string", enum: [...CONTACT_TYPES] }),
      value: Type.String({ minLength: 1, maxLength: 320 }),
    },
    exact,
  ),
  { maxItems: 10 },
);

/** Roles are not among the fields: an application never grants them (contract, section 4). */
export const NewPersonSchema = Type.Object(
  {
    userPrincipalName: Type.String({ minLength: 1, maxLength: 320 }),
    ...profile,
    enabled: Type.Optional(Type.Boolean()),
    licensed: Type.Optional(Type.Boolean()),
    groups: Type.Optional(
      Type.Array(Type.String({ format: "uuid" }), { maxItems: 100, description: "Ids. Needs the scope groups:write as well." }),
    ),
    methods: Type.Optional(ContactDataSchema),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })),
  },
  exact,
);

export const UserPatchSchema = Type.Object(
  {
    ...profile,
    enabled: Type.Optional(Type.Boolean()),
    licensed: Type.Optional(Type.Boolean()),
    breakGlass: Type.Optional(
      Type.Boolean({
        description:
          "Kept for the day when nothing else works: passed over by jobs in bulk, and all Global Administrators are told when it signs in. A Global Administrator's account; at most two. By Global Administrators alone.",
      }),
    ),
    password: Type.Optional(
      Type.Object(
        {
          neverExpires: Type.Boolean({
            description: "The policy's `lifetimeDays` do not count for this person. A temporary password still ends.",
          }),
        },
        exact,
      ),
    ),
  },
  { ...exact, minProperties: 1 },
);

/** Words in a query are text; they are read as what they are. */
const Flag = Type.Optional(Type.Unsafe<"true" | "false">({ type: "string", enum: ["true", "false"] }));
const printable = { pattern: "^\\P{Cc}*$" };

export const userFilters = {
  search: Type.Optional(
    Type.String({ ...printable, maxLength: 256, description: "The beginning of a user name, display name, given name or surname." }),
  ),
  role: Type.Optional(Type.String({ enum: ROLES.map(({ role }) => role) })),
  group: Type.Optional(Type.String({ format: "uuid", description: "Who is in it through other groups counts." })),
  registered: Flag,
  enabled: Flag,
  licensed: Flag,
  deleted: Type.Optional(
    Type.Unsafe<"true" | "false">({
      type: "string",
      enum: ["true", "false"],
      description: "true: whoever was removed and can be restored.",
    }),
  ),
  directory: Type.Optional(Type.String({ pattern: "^(builtIn|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$" })),
};

export const UserId = Type.String({ minLength: 1, maxLength: 320, description: "An id, or a user principal name." });
