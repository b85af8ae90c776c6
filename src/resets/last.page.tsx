import { Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn } from "../pages/words.ts";
import { RESET_WORDS } from "./page-words.ts";
import { StepFrame, type StepProps } from "./step-frame.page.tsx";

/** The password is set. No session begins with it, and no page to sign in is guessed (attacks A43). */
export function DonePage({ frame, told }: { frame: Frame; told: boolean }) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("doneTitle")}>
      <div class="good">
        <Icon name="done" large />
      </div>
      <h1>{say("doneTitle")}</h1>
      <p class="lead">{say("doneText")}</p>
      <p>{say("doneEverywhere")}</p>
      {told && <p>{say("doneNotice")}</p>}
      <Form frame={frame} action="/reset/cancel" class="quiet">
        <button type="submit" class="as-link">
          {say("doneAgain")}
        </button>
      </Form>
    </Layout>
  );
}

/** Expired, cancelled, or overtaken by another one: one and the same. The way on is to begin again. */
export function OverPage({ frame }: { frame: Frame }) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("overTitle")}>
      <Icon name="clock" large />
      <h1>{say("overTitle")}</h1>
      <p>{say("overText")}</p>
      <Form frame={frame} action="/reset/cancel">
        <button type="submit" class="button">
          {say("overAgain")}
        </button>
      </Form>
    </Layout>
  );
}

export function SettingPage({ frame }: { frame: Frame }) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("settingTitle")}>
      <Icon name="clock" large />
      <h1>{say("settingTitle")}</h1>
      <p>{say("settingText")}</p>
      <p>
        <a class="button" href="/reset">
          {say("settingGo")}
        </a>
      </p>
    </Layout>
  );
}

/** What was proved does not suffice, and there is nothing else to prove it with. */
export function StuckPage(step: StepProps) {
  const say = sayIn(RESET_WORDS, step.frame.language);
  return (
    <StepFrame {...step} title="stuckTitle">
      <p>{say("stuckText")}</p>
    </StepFrame>
  );
}

/** So many passwords were refused that this reset takes no more. Said once: whoever comes back sees the form, and this again after it. */
export function UsedUpPage(step: StepProps) {
  const say = sayIn(RESET_WORDS, step.frame.language);
  return (
    <StepFrame {...step} title="usedUpTitle">
      <p>{say("usedUpText")}</p>
    </StepFrame>
  );
}

/** Only where the organisation chose to tell at once. @param reason a sentence */
export function CannotPage({ frame, supportCode, reason }: { frame: Frame; supportCode: string; reason: string }) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("cannotTitle")} supportCode={supportCode}>
      <Icon name="shield" large />
      <h1>{say("cannotTitle")}</h1>
      <p>{reason}</p>
      <p>{say("cannotText")}</p>
      <p>
        <a class="button second" href="/reset">
          {say("overAgain")}
        </a>
      </p>
    </Layout>
  );
}
