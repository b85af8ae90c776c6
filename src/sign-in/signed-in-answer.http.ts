import { Type } from "typebox";
import { exact } from "../http/schemas.ts";
import { INTERRUPTS } from "./interrupts.ts";

const Interrupts = Type.Array(Type.String({ description: `One of ${INTERRUPTS.join(", ")}` }));

/** An open session (contract, section 4). */
export const Done = Type.Object(
  {
    next: Type.Literal("done"),
    accessToken: Type.String(),
    refreshToken: Type.String(),
    tokenType: Type.Literal("Bearer"),
    expiresIn: Type.Integer(),
    interrupts: Interrupts,
  },
  exact,
);
export const Interrupted = Type.Object({ next: Type.Literal("interrupts"), accessToken: Type.String(), interrupts: Interrupts }, exact);

/** The schema of `SignedIn`. */
export const SignedInAnswer = Type.Union([Done, Interrupted]);
