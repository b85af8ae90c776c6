import { FieldError } from "./forms.page.tsx";
import type { Frame } from "./frame.ts";
import { Icon, type IconName } from "./icons.page.tsx";
import { PROOF_WORDS } from "./proof-words.ts";
import { sayIn } from "./words.ts";

const ICONS = {
  email: "mail",
  sms: "message",
  voice: "call",
  officePhone: "call",
  authenticatorApp: "app",
  recoveryCode: "list",
  securityQuestions: "shield",
} as const satisfies Record<string, IconName>;

export type WayMethod = keyof typeof ICONS;
/** Ways that one code proves. Security questions are a page of their own. */
export type CodeMethod = Exclude<WayMethod, "securityQuestions">;

/** A way to prove it that a page offers. With an id and a hint only where the person may see them. */
export interface Way {
  readonly method: string;
  readonly methodId?: string;
  readonly hint?: string;
}

export function isCodeMethod(method: string): method is CodeMethod {
  return isWay(method) && method !== "securityQuestions";
}

function isWay(method: string): method is WayMethod {
  return Object.hasOwn(ICONS, method);
}

/** The ways to choose from, in a form. The field is `way`; its value is `wayValue`. */
export function Ways({ frame, ways, error }: { frame: Frame; ways: readonly Way[]; error: string | undefined }) {
  return (
    <fieldset class="ways" {...(error === undefined ? {} : { "aria-describedby": "way-error" })}>
      <legend class="unseen">{sayIn(PROOF_WORDS, frame.language)("chooseLegend")}</legend>
      <FieldError frame={frame} id="way" error={error} />
      {ways.map((way, index) => (
        <WayChoice key={wayValue(way)} frame={frame} way={way} index={index} only={ways.length === 1} />
      ))}
    </fieldset>
  );
}

function WayChoice({ frame, way, index, only }: { frame: Frame; way: Way; index: number; only: boolean }) {
  if (!isWay(way.method)) return null;
  const say = sayIn(PROOF_WORDS, frame.language);
  const id = `way-${index}`;
  return (
    <div class="way">
      <input type="radio" class="radio" name="way" id={id} value={wayValue(way)} checked={only} aria-describedby={`${id}-about`} />
      <label for={id}>{say(`way.${way.method}`)}</label>
      <p class="hint" id={`${id}-about`}>
        {way.hint ?? say(`about.${way.method}`)}
      </p>
      <Icon name={ICONS[way.method]} />
    </div>
  );
}

/** `email`, or `email/<id>` where the person may choose between values. */
export function wayValue({ method, methodId }: Way): string {
  return methodId === undefined ? method : `${method}/${methodId}`;
}

/** Reads what a form sent; `null` for what no form of ours sends. */
export function readWay(value: string): { method: WayMethod; methodId?: string } | null {
  const [method = "", methodId, ...rest] = value.split("/");
  if (!isWay(method) || rest.length > 0) return null;
  return { method, ...(methodId === undefined ? {} : { methodId }) };
}
