import { timeWords } from "../kit/language.ts";
import type { MethodType } from "../methods/method.ts";
import { Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Icon, type IconName } from "../pages/icons.page.tsx";
import { sayIn } from "../pages/words.ts";
import { Act, InfoFrame } from "./info-frame.page.tsx";
import type { OwnMethod } from "./own-method-store.ts";
import type { InfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";
import type { SecurityInfo } from "./view-security-info.ts";

export const ICONS: Readonly<Record<MethodType, IconName>> = {
  email: "mail",
  mobilePhone: "message",
  officePhone: "call",
  authenticatorApp: "app",
  recoveryCodes: "list",
  securityQuestions: "shield",
};

export interface ListProps {
  readonly frame: Frame;
  readonly info: SecurityInfo;
  /** What may still be registered. */
  readonly offered: readonly MethodType[];
  readonly note: InfoNote | null;
  readonly now: number;
}

/** The list: all that is registered, each with what can be done with it. With a question above it when it is time to look through it. */
export function ListPage({ frame, info, offered, note, now }: ListProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const confirm = info.interrupts.includes("confirm-security-info");
  return (
    <InfoFrame frame={frame} title={say(confirm ? "confirmTitle" : "title")} note={note} now={now}>
      <p>{say(confirm ? "confirmIntro" : "intro")}</p>
      <h2>{say("listTitle")}</h2>
      {info.methods.length === 0 ? <p>{say("none")}</p> : <MethodList frame={frame} methods={info.methods} now={now} />}
      {confirm && <Act frame={frame} action="/security-info/confirm" words={say("confirm")} look="button" />}
      {confirm && <Act frame={frame} action="/security-info/later" words={say("dueLater")} look="as-link" />}
      {offered.length > 0 && (
        <section class="aside">
          <h2>{say("addTitle")}</h2>
          <ul class="links">
            {offered.map((type) => (
              <li key={type}>
                <a href={`/security-info/add/${type}`}>{say(`add.${type}`)}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="aside">
        <p>
          <a href="/change-password">{say("changePassword")}</a>
        </p>
        <Act frame={frame} action="/sign-out" words={say("signOut")} look="as-link" />
      </section>
    </InfoFrame>
  );
}

export function MethodList({ frame, methods, now }: { frame: Frame; methods: readonly OwnMethod[]; now: number }) {
  return (
    <ul class="methods">
      {methods.map((method) => (
        <MethodItem key={method.id} frame={frame} method={method} now={now} />
      ))}
    </ul>
  );
}

function MethodItem({ frame, method, now }: { frame: Frame; method: OwnMethod; now: number }) {
  const say = sayIn(INFO_WORDS, frame.language);
  const { id, type, verified, source, pendingHint, usableFrom } = method;
  const changeable = (type === "email" || type === "mobilePhone" || type === "officePhone") && verified;
  const unfinished = pendingHint !== null || (!verified && source === "user");
  const about = `method-${id}`;
  return (
    <li class="method">
      <Icon name={ICONS[type]} />
      <div>
        <p class="method-value" id={about}>
          <strong>{method.name ?? say(`type.${type}`)}</strong> <span>{method.value ?? method.hint}</span>
        </p>
        {!verified && <p class="hint">{say(source === "admin" ? "notVerified" : "notFinished")}</p>}
        {pendingHint !== null && <p class="hint">{say("pending", { hint: pendingHint })}</p>}
        {verified && usableFrom !== null && usableFrom > now && (
          <p class="hint">{say("waits", { when: timeWords(frame.language, usableFrom) })}</p>
        )}
        <div class="acts">
          {unfinished && <ActLink href={`/security-info/verify/${id}`} about={about} words={say("finish")} />}
          {!verified && source === "admin" && !unfinished && (
            <Form frame={frame} action={`/security-info/resend/${id}`} class="act">
              <button type="submit" class="as-link" aria-describedby={about}>
                {say("verify")}
              </button>
            </Form>
          )}
          {changeable && <ActLink href={`/security-info/change/${id}`} about={about} words={say("change")} />}
          <ActLink href={`/security-info/remove/${id}`} about={about} words={say("remove")} />
        </div>
      </div>
    </li>
  );
}

/** Which of several alike it is about is read with it. */
function ActLink({ href, about, words }: { href: string; about: string; words: string }) {
  return (
    <a href={href} aria-describedby={about}>
      {words}
    </a>
  );
}
