import { ErrorSummary, Field, Form, Steps } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { WorkChallenge } from "../throttle/proof-of-work.ts";
import { RESET_WORDS } from "./page-words.ts";
import { stepNames } from "./step-frame.page.tsx";

export type UserNameFault = "userNameMissing" | "userNameIncomplete";

interface StartProps {
  readonly frame: Frame;
  /** What was typed, where it was refused. It is on this page only, never in a cookie or an address. */
  readonly typed?: string;
  readonly fault?: UserNameFault | undefined;
}

/** First step: the user name. */
export function StartPage({ frame, typed = "", fault }: StartProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  const error = fault === undefined ? undefined : say(fault);
  return (
    <Layout
      frame={frame}
      title={say("startTitle")}
      scripts={["submit-once.js"]}
      hasError={error !== undefined}
      {...(error === undefined ? {} : { languageForm: "start" })}
    >
      <Steps frame={frame} names={stepNames(frame)} current={1} />
      <ErrorSummary frame={frame} errors={error === undefined ? [] : [{ field: "user-name", text: error }]} />
      <h1>{say("startTitle")}</h1>
      <p>{say("startIntro")}</p>
      <Form frame={frame} action="/reset" id="start">
        <Field
          frame={frame}
          id="user-name"
          name="userPrincipalName"
          label={say("userName")}
          hint={say("userNameHint")}
          error={error}
          autocomplete="username"
          inputmode="email"
          value={typed}
        />
        <button type="submit" class="button">
          {say("continue")}
        </button>
      </Form>
      <p class="quiet">
        <a href="/user-name">{say("nameForgotten")}</a>
      </p>
    </Layout>
  );
}

export interface WorkProps {
  readonly frame: Frame;
  readonly userPrincipalName: string;
  readonly challenge: WorkChallenge;
  /** Good when `waitMs` are over; kept when somebody is too early. */
  readonly ticket: string;
  readonly readyAt: number;
  readonly waitMs: number;
}

/** Over a limit: a browser with script solves a sum and goes on by itself, without script a short wait does the same. */
export function WorkPage({ frame, userPrincipalName, challenge, ticket, readyAt, waitMs }: WorkProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  const { parameters, signature } = challenge;
  return (
    <Layout frame={frame} title={say("workTitle")} scripts={["proof-of-work.js"]} languageForm="work">
      <Icon name="clock" large />
      <h1>{say("workTitle")}</h1>
      <p>{say("workIntro")}</p>
      <p>{say("workAccount", { name: userPrincipalName })}</p>
      <p role="status" data-work-solving hidden>
        <span class="spinner" aria-hidden="true" /> {say("workSolving")}
      </p>
      <p data-work-wait>{say("workWait", { wait: waitWords(frame.language, waitMs) })}</p>
      <Form frame={frame} action="/reset" id="work" hidden={{ userPrincipalName, readyAt: String(readyAt) }}>
        <input type="hidden" name="proofOfWork" value={ticket} data-challenge={JSON.stringify({ parameters, signature })} />
        <button type="submit" class="button">
          {say("continue")}
        </button>
      </Form>
    </Layout>
  );
}

/** The first step for whoever typed the name elsewhere. */
export function forgotPage(frame: Frame, typed: string) {
  return <StartPage frame={frame} typed={typed} />;
}
