import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { timeWords } from "../kit/language.ts";
import { Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { type Catalogues, sayIn } from "../pages/words.ts";
import { en } from "./change-words.en.ts";
import { sv } from "./change-words.sv.ts";
import type { ChangeObjection, ObjectToChange, ReadChangeObjection } from "./object-to-change.ts";

export interface ObjectToChangePages {
  readonly pages: Pages;
  readonly readChangeObjection: ReadChangeObjection;
  readonly objectToChange: ObjectToChange;
}

/** Where `/l/{token}` leads for a link of a changed security info. */
export const CHANGE_PAGE = "/not-me/security-info";

/** The cookie that `/l/{token}` leaves the token in. */
const LINK = "__Host-rekey-link";
const WORDS: Catalogues<keyof typeof en> = { en, sv };
const Body = Type.Object({ _csrf: Type.String({ maxLength: 200 }) }, exact);

/** The page behind the link of a notice. Mail scanners that follow the link change nothing, since only the button acts (attacks A11). */
export function registerObjectToChangePages(app: Server, { pages, readChangeObjection, objectToChange }: ObjectToChangePages): void {
  app.get(CHANGE_PAGE, { schema: { hide: true } }, async (request, reply) => {
    const frame = pages.frame(request, reply);
    const objection = await readChangeObjection(linkToken(request));
    if (objection === null) return pages.show(reply, <SentencePage frame={frame} icon="clock" title="goneTitle" text="gone" />, 404);
    if (objection.objected) return pages.show(reply, <SentencePage frame={frame} icon="done" title="doneTitle" text="done" />);
    return pages.show(reply, <ObjectPage frame={frame} objection={objection} />);
  });
  app.post(CHANGE_PAGE, { schema: { hide: true, body: Body } }, async (request, reply) => {
    await objectToChange(linkToken(request));
    // The page reads from the link what has become of it, also after a second click.
    return reply.redirect(CHANGE_PAGE, 303);
  });
}

function linkToken(request: FastifyRequest): string {
  return request.cookies[LINK] ?? "";
}

function ObjectPage({ frame, objection: { organisation, changedAt } }: { frame: Frame; objection: ChangeObjection }) {
  const say = sayIn(WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("title")} scripts={["submit-once.js"]}>
      <Icon name="shield" large />
      <h1>{say("title")}</h1>
      <p>{say("intro", { organisation, when: timeWords(frame.language, changedAt) })}</p>
      <Form frame={frame} action={CHANGE_PAGE}>
        <button type="submit" class="button grave">
          {say("button")}
        </button>
      </Form>
    </Layout>
  );
}

interface SentenceProps {
  readonly frame: Frame;
  readonly icon: "clock" | "done";
  readonly title: "goneTitle" | "doneTitle";
  readonly text: "gone" | "done";
}

function SentencePage({ frame, icon, title, text }: SentenceProps) {
  const say = sayIn(WORDS, frame.language);
  return (
    <Layout frame={frame} title={say(title)}>
      <Icon name={icon} large />
      <h1>{say(title)}</h1>
      <p>{say(text)}</p>
    </Layout>
  );
}
