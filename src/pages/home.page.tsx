import type { Server } from "../http/server.ts";
import type { Frame } from "./frame.ts";
import type { Pages } from "./hosted-pages.page.tsx";
import { Icon } from "./icons.page.tsx";
import { Layout } from "./layout.page.tsx";
import { FURNITURE, sayIn } from "./words.ts";

/** `/`: what is here. @param outbox the outbox stands in for a provider, and can be looked at */
export function registerHomePage(app: Server, { pages, outbox }: { pages: Pages; outbox: boolean }): void {
  app.get("/", { schema: { hide: true } }, async (request, reply) =>
    pages.show(reply, <HomePage frame={pages.frame(request, reply)} outbox={outbox} />),
  );
}

function HomePage({ frame, outbox }: { frame: Frame; outbox: boolean }) {
  const say = sayIn(FURNITURE, frame.language);
  return (
    <Layout frame={frame} title={say("homeTitle")}>
      <Icon name="key" large />
      <h1>{say("homeTitle")}</h1>
      <p>{say("homeIntro")}</p>
      <p>
        <a class="button" href="/reset">
          {say("homeReset")}
        </a>
      </p>
      <p class="quiet">
        <a href="/sign-in">{say("homeSignIn")}</a>
      </p>
      <section class="aside">
        <h2>{say("homeMore")}</h2>
        <ul>
          <li>
            <a href="/docs">{say("homeDocs")}</a>
          </li>
          <li>
            <a href="/openapi.json">{say("homeOpenApi")}</a>
          </li>
          {outbox && (
            <li>
              <a href="/dev/outbox">{say("homeOutbox")}</a>
            </li>
          )}
        </ul>
      </section>
    </Layout>
  );
}
