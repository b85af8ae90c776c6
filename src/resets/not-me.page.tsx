import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { MINUTE, SECOND } from "../kit/clock.ts";
import { timeWords } from "../kit/language.ts";
import { COOKIE } from "../pages/cookies.page.ts";
import { Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn } from "../pages/words.ts";
import type { Objection, ObjectToReset, ReadObjection } from "./object-to-reset.ts";
import { RESET_WORDS } from "./page-words.ts";

export interface NotMePages {
  readonly pages: Pages;
  /** The page that a link is about: other messages than those of a reset have such links too. */
  readonly linkLeadsTo: (token: string) => Promise<string>;
  readonly readObjection: ReadObjection;
  readonly objectToReset: ObjectToReset;
}

const LINK = "__Host-rekey-link";
const LINK_SECONDS = (30 * MINUTE) / SECOND;
const TOKEN = /^[\w-]{22}\.[\w-]{43}$/;
const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) }, exact);
const NotMeBody = Type.Object({ _csrf: Type.String({ maxLength: 200 }) }, exact);

/**
 * The link of a message, and the page behind it. The token leaves the address at once, for a cookie (attacks A12); mail scanners and
 * previews that follow the link change nothing, since only the button on the page acts (attacks A11).
 */
export function registerNotMePages(app: Server, { pages, linkLeadsTo, readObjection, objectToReset }: NotMePages): void {
  app.get("/l/:token", { schema: { hide: true, params: LinkParams } }, async (request, reply) => {
    const { token } = request.params;
    if (TOKEN.test(token)) reply.setCookie(LINK, token, { ...COOKIE, maxAge: LINK_SECONDS });
    else reply.clearCookie(LINK, COOKIE);
    return reply.redirect(await linkLeadsTo(token), 303);
  });
  app.get("/not-me", { schema: { hide: true } }, async (request, reply) => {
    const frame = pages.frame(request, reply);
    const objection = await readObjection(linkToken(request));
    if (objection === null) return pages.show(reply, <GonePage frame={frame} />, 404);
    const props = { frame, objection };
    return pages.show(reply, objection.objected ? <StoppedPage {...props} /> : <NotMePage {...props} />);
  });
  app.post("/not-me", { schema: { hide: true, body: NotMeBody } }, async (request, reply) => {
    await objectToReset(linkToken(request));
    // The page reads from the link what has become of it, also after a second click.
    return reply.redirect("/not-me", 303);
  });
}

function linkToken(request: FastifyRequest): string {
  return request.cookies[LINK] ?? "";
}

interface NotMeProps {
  readonly frame: Frame;
  readonly objection: Objection;
}

function NotMePage({ frame, objection: { organisation, resetAt } }: NotMeProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("notMeTitle")} scripts={["submit-once.js"]}>
      <Icon name="shield" large />
      <h1>{say("notMeTitle")}</h1>
      <p>{say("notMeIntro", { organisation, when: timeWords(frame.language, resetAt) })}</p>
      <p>{say("notMeIf")}</p>
      <ul>
        <li>{say("notMeStopPassword")}</li>
        <li>{say("notMeStopSessions")}</li>
        <li>{say("notMeStopResets")}</li>
      </ul>
      <p>{say("notMeAfter")}</p>
      <Form frame={frame} action="/not-me">
        <button type="submit" class="button grave">
          {say("notMeButton")}
        </button>
      </Form>
    </Layout>
  );
}

function StoppedPage({ frame, objection }: NotMeProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("notMeDoneTitle")}>
      <div class="good">
        <Icon name="done" large />
      </div>
      <h1>{say("notMeDoneTitle")}</h1>
      <p>{say(objection.passwordInForce ? "notMeDoneText" : "notMeDoneTextKept")}</p>
      <p class="lead">{say("notMeDoneCall")}</p>
      <p>{say("notMeDoneCheck")}</p>
    </Layout>
  );
}

function GonePage({ frame }: { frame: Frame }) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("notMeGoneTitle")}>
      <Icon name="clock" large />
      <h1>{say("notMeGoneTitle")}</h1>
      <p>{say("notMeGoneText")}</p>
    </Layout>
  );
}
