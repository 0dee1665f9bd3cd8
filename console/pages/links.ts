/** Rooms, and connected plans: pairs of objects as the last run left them. @packageDocumentation */
import { grouped } from "../../contract/words.ts";
import type { Link } from "../../sync/model/link.ts";
import type { LinkedObjects } from "../data/links.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html, joined, type Part } from "./html.ts";
import type { Frame, Page } from "./layout.ts";
import { chip, empty, objectPath, syncTitle, table } from "./parts.ts";
import { time } from "./times.ts";

/** Of what kind the objects are, in words. */
export interface LinkWords {
  readonly title: string;
  readonly path: string;
  /** What the ids of a pair are, as the head of a column. */
  readonly ids: string;
  /** What is shown where there is none. */
  readonly none: string;
}

/** Nobody reads it: what an object hangs below is shown by its own page. */
const IS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Fields that are shown of each; the whole is what `tenantwire explain` shows. */
const MOST_FIELDS = 6;

/** @param check the look at both sides */
export function linksPage(
  all: readonly LinkedObjects[],
  asked: string,
  words: LinkWords,
  check: (frame: Frame) => Html | false,
): Page {
  const at = all.flatMap((each) => each.at ?? []).sort()[0];
  return {
    title: words.title,
    ...(at !== undefined && { asOf: new Date(at) }),
    body: (frame) =>
      all.length === 0
        ? empty(words.none)
        : html`${check(frame)}
            <form class="filter" method="get" action="${words.path}">
              <label for="q">Name or id</label><input id="q" name="q" type="search" value="${asked}" />
              <button class="button">Find</button>
            </form>
            ${all.map(
              ({ sync, links, counts, isCut, at: ended }) =>
                html`<section>
                  <h2>${syncTitle(sync)}</h2>
                  <p class="soft">
                    ${grouped(counts.links)} connected, ${grouped(counts.active)}
                    active${ended !== undefined && html`, as the run of ${time(ended, frame.clock)} left them`}.${isCut && html` ${grouped(links.length)} of them are shown: search for others.`}
                  </p>
                  ${
                    links.length === 0
                      ? empty(
                          asked === ""
                            ? "Nothing is connected yet: the first run does it."
                            : "Nothing is called like that.",
                        )
                      : table(
                          ["Name", "State", "Agreed", words.ids],
                          links
                            .toSorted((one, other) => byName.compare(one.label || one.a.id, other.label || other.a.id))
                            .map((each) => row(sync, each)),
                        )
                  }
                </section>`,
            )}`,
  };
}

function row(sync: KnownSync, { label, a, b, origin }: Link): readonly Part[] {
  const fields = Object.entries(b.agreed)
    .filter(([, value]) => value !== null && value !== "" && value !== label && !IS_ID.test(String(value)))
    .slice(0, MOST_FIELDS);
  return [
    html`<a href="${objectPath(sync, a.id)}">${label || a.id}</a>`,
    b.active ? chip("good", "active") : chip("calm", "inactive"),
    joined(
      fields.map(
        ([name, value]) =>
          html`<span class="soft">${name}</span> ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
      ),
      ", ",
    ),
    html`<code>${a.id}</code><br /><code>${b.id}</code
      >${origin !== "created" && html` <span class="soft">was there before</span>`}`,
  ];
}
