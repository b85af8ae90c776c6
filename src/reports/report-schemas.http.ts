import { Type } from "typebox";
import { exact, Timestamp } from "../http/schemas.ts";
import { METHOD_TYPES, type MethodType } from "../methods/method.ts";

const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });
const Day = Type.String({ format: "date", description: "UTC" });
const TypeOfMethod = Type.Unsafe<MethodType>({ type: "string", enum: [...METHOD_TYPES] });

const standing = {
  registered: Count("They have as many different usable methods as their policy asks for."),
  capable: Count("They can reset their password alone now."),
};

export const RegistrationReportView = Type.Object(
  {
    asOf: Type.String({ ...Timestamp, description: "When the figures were counted." }),
    people: Count("Everybody who is not deleted."),
    licensed: Count(),
    enabled: Count("Every rule lets them reset, but for the one about methods."),
    ...standing,
    administrators: Type.Object(
      { people: Count(), ...standing },
      { ...exact, description: "Those whom the administrators' policy judges." },
    ),
    byMethod: Type.Array(Type.Object({ type: TypeOfMethod, people: Count(), verified: Count() }, exact)),
    byReason: Type.Array(Type.Object({ reason: Type.String(), people: Count() }, exact), {
      description: "Those who cannot reset, by the first rule that fails; the words of reset-eligibility.",
    }),
    registrations: Type.Array(Type.Object({ day: Day, type: Type.String(), added: Count(), verified: Count() }, exact), {
      description: "What people registered in the last 30 days. Counted within seconds, whatever `asOf` says.",
    }),
  },
  exact,
);

const figures = {
  started: Count("For people of the organisation, whether they could reset or not."),
  completed: Count(),
  unlocked: Count("Lifted a lockout and kept the password."),
  cancelled: Count(),
  blocked: Count("Stopped by a limit, and not gone on with."),
  failed: Count("For somebody who cannot reset."),
  abandoned: Count("Nothing more came until its time was over."),
  unknownNames: Count("Starts for names that nobody has. Not among those started."),
};

const Outcome = Type.Unsafe<"completed" | "unlocked" | "cancelled" | "blocked" | "failed" | "abandoned">({
  type: "string",
  enum: ["completed", "unlocked", "cancelled", "blocked", "failed", "abandoned"],
});
const orNull = Type.Union([Type.String(), Type.Null()]);

export const ResetReportView = Type.Object(
  {
    from: Day,
    to: Day,
    totals: Type.Object(figures, exact),
    days: Type.Array(Type.Object({ day: Day, ...figures }, exact)),
    byMethod: Type.Array(Type.Object({ method: Type.String(), asked: Count(), passed: Count(), failed: Count() }, exact)),
    byOutcome: Type.Array(Type.Object({ outcome: Outcome, reason: orNull, method: orNull, count: Count() }, exact)),
    administratorResets: Count("Passwords that administrators and applications have reset for people."),
    helpRequests: Count("People for whom help was asked on the page."),
  },
  exact,
);

export const DaysQuery = Type.Object(
  {
    from: Type.Optional(
      Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "The first day, UTC. 29 days before `to` when absent." }),
    ),
    to: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "The last day, UTC. Today when absent." })),
  },
  exact,
);
