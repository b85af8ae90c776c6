import { timeWords } from "../kit/language.ts";
import { FieldError, Form } from "../pages/forms.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { sayIn } from "../pages/words.ts";
import { Act, InfoFrame } from "./info-frame.page.tsx";
import { ICONS, type ListProps, MethodList } from "./info-list.page.tsx";
import { INFO_WORDS } from "./page-words.ts";

interface WizardProps extends ListProps {
  /** Different kinds that count already. */
  readonly have: number;
  /** Until when it may be put off, in milliseconds; `null` where it may not. */
  readonly skippableUntil: number | null;
}

/** Sign-in asks for registration: why, how much is missing, and one thing at a time. */
export function WizardPage({ frame, info, offered, note, now, have, skippableUntil }: WizardProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const missing = note?.kind === "type-missing" ? say("dueChooseMissing") : undefined;
  const { required } = info;
  return (
    <InfoFrame
      frame={frame}
      title={say("dueTitle")}
      note={note}
      now={now}
      errors={missing === undefined ? [] : [{ field: "type-0", text: missing }]}
    >
      <p>{say("dueIntro", { missing: Math.max(1, required - have) })}</p>
      {required > 1 && <p>{say("dueHave", { have, required })}</p>}
      {info.methods.length > 0 && <MethodList frame={frame} methods={info.methods} now={now} />}
      <Form frame={frame} action="/security-info/choose">
        <fieldset class="ways" {...(missing === undefined ? {} : { "aria-describedby": "type-error" })}>
          <legend>{say("dueChoose")}</legend>
          <FieldError frame={frame} id="type" error={missing} />
          {offered.map((type, index) => (
            <div key={type} class="way">
              <input type="radio" class="radio" name="type" id={`type-${index}`} value={type} aria-describedby={`type-${index}-about`} />
              <label for={`type-${index}`}>{say(`type.${type}`)}</label>
              <p class="hint" id={`type-${index}-about`}>
                {say(`offer.${type}`)}
              </p>
              <Icon name={ICONS[type]} />
            </div>
          ))}
        </fieldset>
        <button type="submit" class="button">
          {say("continue")}
        </button>
      </Form>
      {skippableUntil !== null && (
        <>
          <Act frame={frame} action="/security-info/later" words={say("dueLater")} look="as-link" />
          <p class="hint">{say("dueLaterUntil", { when: timeWords(frame.language, skippableUntil) })}</p>
        </>
      )}
      <Act frame={frame} action="/sign-out" words={say("signOut")} look="as-link" />
    </InfoFrame>
  );
}
