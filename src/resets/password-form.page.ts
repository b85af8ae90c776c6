import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { formFields, inFlow, turn } from "./flow-form.page.ts";
import type { Note } from "./page-notes.ts";
import type { FormFault } from "./password.page.tsx";
import type { ResetForms } from "./reset-forms.page.ts";

/** As long as the API takes; what is longer than a password may be is told in words. */
const Password = Type.String({ maxLength: 8192 });
const PasswordBody = Type.Object(
  {
    ...formFields,
    newPassword: Password,
    confirmPassword: Password,
    // For password managers only. Whose password it is stands in the reset, never in a form (attacks A25).
    username: Type.Optional(Type.String({ maxLength: 400 })),
  },
  exact,
);

/** The last form. A refusal uses nothing up, and nothing but the password has to be typed again. */
export function registerPasswordForm(app: Server, deps: ResetForms): void {
  app.post("/reset/password", { schema: { hide: true, body: PasswordBody } }, (request, reply) =>
    inFlow(deps, request, reply, request.body.flow, async (holder) => {
      const { newPassword, confirmPassword } = request.body;
      const faults = formFaults(newPassword, confirmPassword);
      if (faults.length > 0) return turn(reply, { kind: "password", faults, reasons: [], guidance: [] });
      try {
        await deps.setPassword(holder, newPassword, requestOrigin(request));
        return turn(reply, null);
      } catch (error) {
        return turn(reply, refusal(error));
      }
    }),
  );
}

function formFaults(password: string, confirmation: string): FormFault[] {
  if (password === "") return ["password-missing"];
  if (confirmation === "") return ["confirm-missing"];
  // The same text in two Unicode writings is one password: it is hashed in NFC (NIST SP 800-63B-4 §3.1.1.2).
  return password.normalize("NFC") === confirmation.normalize("NFC") ? [] : ["mismatch"];
}

function refusal(error: unknown): Note | null {
  if (!(error instanceof Problem)) throw error;
  // A role was granted or a method removed meanwhile: the page shows what is asked for now.
  if (error.code === "gates-not-passed") return null;
  if (error.code === "too-many-attempts") return { kind: "passwords-used-up" };
  if (error.code !== "password-rejected") throw error;
  const { reasons, guidance } = error.extensions as { reasons: string[]; guidance: string[] };
  return { kind: "password", faults: [], reasons: [...reasons], guidance: [...guidance] };
}
