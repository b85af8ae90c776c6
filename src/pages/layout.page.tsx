import type { ComponentChildren } from "preact";
import { LANGUAGES } from "../kit/language.ts";
import type { Brand, Frame, HelpDesk } from "./frame.ts";
import { Icon } from "./icons.page.tsx";
import { FURNITURE, LANGUAGE_NAMES, sayIn } from "./words.ts";

export interface LayoutProps {
  readonly frame: Frame;
  readonly title: string;
  /** There is an error on the page: the title says so first, for whoever listens to it. */
  readonly hasError?: boolean;
  /** Names of script files that this page gains from and works without. */
  readonly scripts?: readonly string[];
  readonly helpDesk?: HelpDesk | null;
  readonly supportCode?: string;
  /** The look of the organisation, where it is known which one. Absent: what the address says. */
  readonly brand?: Brand | null;
  /** The page answers a form and holds what was typed: another language sends this form again, where a link would lose it. */
  readonly languageForm?: string;
  readonly children: ComponentChildren;
}

/** The document around every hosted page: head, language, content, and help in the same place on each (WCAG 2.2 SC 3.2.6). */
export function Layout({ frame, title, hasError = false, scripts = [], languageForm, brand: known, children, ...help }: LayoutProps) {
  const brand = known ?? frame.brand;
  const say = sayIn(FURNITURE, frame.language);
  const name = `${title} · Rekey`;
  return (
    <html lang={frame.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{hasError ? say("errorPrefix", { title: name }) : name}</title>
        <link rel="stylesheet" href={frame.asset("rekey.css")} />
        {typeof brand?.style === "string" && <link rel="stylesheet" href={brand.style} />}
        <link rel="icon" type="image/svg+xml" href={frame.asset("rekey.svg")} />
        {scripts.map((script) => (
          <script key={script} type="module" src={frame.asset(script)} />
        ))}
      </head>
      <body>
        <header class="masthead">
          <Wordmark brand={brand} />
          <LanguageSwitch frame={frame} form={languageForm} />
        </header>
        <main class="card" id="content">
          {children}
        </main>
        <Help frame={frame} {...help} />
      </body>
    </html>
  );
}

function Wordmark({ brand }: { brand: Brand | null }) {
  return (
    <a class="wordmark" href="/">
      {typeof brand?.logo === "string" ? <img class="logo" src={brand.logo} alt="" /> : <Icon name="key" />}
      <span>{brand?.name ?? "Rekey"}</span>
    </a>
  );
}

function LanguageSwitch({ frame, form }: { frame: Frame; form: string | undefined }) {
  return (
    <nav class="languages" aria-label={sayIn(FURNITURE, frame.language)("language")}>
      {LANGUAGES.map((language) => {
        const name = LANGUAGE_NAMES[language];
        const address = `${frame.path}?lang=${language}`;
        if (language === frame.language)
          return (
            <span key={language} aria-current="true">
              {name}
            </span>
          );
        return form === undefined ? (
          <a key={language} href={address} lang={language} hreflang={language}>
            {name}
          </a>
        ) : (
          <button key={language} type="submit" class="as-link" form={form} formaction={address} formnovalidate lang={language}>
            {name}
          </button>
        );
      })}
    </nav>
  );
}

type HelpProps = { frame: Frame; helpDesk?: HelpDesk | null; supportCode?: string };

const HELP_PAGE = "/help";

function Help({ frame, helpDesk, supportCode }: HelpProps) {
  const say = sayIn(FURNITURE, frame.language);
  // An organisation with a help desk of its own sends people there.
  const own = helpDesk?.url !== undefined || helpDesk?.email !== undefined;
  return (
    <footer class="help">
      <h2>{say("helpTitle")}</h2>
      <p>{say("helpPlain")}</p>
      {!own && frame.path !== HELP_PAGE && (
        <p>
          <a href={HELP_PAGE}>{say("helpAsk")}</a>
        </p>
      )}
      {helpDesk?.url !== undefined && (
        <p>
          <a href={helpDesk.url} rel="noreferrer">
            {say("helpUrl")}
          </a>
        </p>
      )}
      {helpDesk?.email !== undefined && (
        <p>
          <a href={`mailto:${encodeURIComponent(helpDesk.email)}`}>{say("helpEmail", { email: helpDesk.email })}</a>
        </p>
      )}
      {supportCode !== undefined && (
        <p>
          {say("helpSupportCode")} <strong class="support-code">{supportCode}</strong>
        </p>
      )}
    </footer>
  );
}
