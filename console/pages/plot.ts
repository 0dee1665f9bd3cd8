/** Plots as SVG, drawn here: without a style of their own, so that the style sheet decides in light and dark. @packageDocumentation */
import { type Html, html } from "./html.ts";

export interface Series {
  readonly name: string;
  readonly tone: "good" | "warn" | "bad" | "calm";
}

export interface Bars {
  readonly title: string;
  readonly series: readonly Series[];
  /** Of each, a value for each series. */
  readonly columns: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** Two of them beside each other on a desk, one on a phone: text is to be read in both. */
const WIDTH = 400;
const HEIGHT = 150;
const LEFT = 38;
const BOTTOM = 22;
const TOP = 8;
/** Of a column: one month alone is no wall. */
const WIDEST = 56;
/** What the name of a column takes. */
const LABEL = 48;

/** Columns of stacked bars. What it shows stands beside it as a table: this is for whoever sees it. */
export function bars({ title, series, columns }: Bars): Html {
  const top = niceTop(Math.max(...columns.map(({ values }) => sum(values)), 0));
  const height = HEIGHT - BOTTOM - TOP;
  const step = Math.min(WIDEST, (WIDTH - LEFT) / Math.max(columns.length, 1));
  const every = Math.ceil(LABEL / step);
  const y = (value: number) => TOP + height - (value / top) * height;
  const drawn = columns.map(({ label, values }, index) => {
    let below = 0;
    const x = LEFT + index * step + step * 0.15;
    const rects = values.map((value, which) => {
      const from = y(below);
      below += value;
      const to = y(below);
      return (
        value > 0 &&
        html`<rect
          class="bar-${series[which]?.tone ?? "calm"}"
          x="${x.toFixed(1)}"
          y="${to.toFixed(1)}"
          width="${(step * 0.7).toFixed(1)}"
          height="${(from - to).toFixed(1)}"
          ><title>${label}: ${value} ${series[which]?.name ?? ""}</title></rect
        >`
      );
    });
    const isLabelled = index % every === 0;
    return html`${rects}${isLabelled && html`<text x="${(x + step * 0.35).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`}`;
  });
  // What is counted has no halves.
  const ticks = Number.isInteger(top / 2) ? [0, 0.5, 1] : [0, 1];
  const lines = ticks.map(
    (share) =>
      html`<line
          class="axis"
          x1="${LEFT}"
          x2="${WIDTH}"
          y1="${y(top * share).toFixed(1)}"
          y2="${y(top * share).toFixed(1)}"
        /><text x="${LEFT - 6}" y="${(y(top * share) + 4).toFixed(1)}" text-anchor="end">${short(top * share)}</text>`,
  );
  return html`<figure class="plot">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${lines}${drawn}</svg>
    <ul class="legend">
      ${series.map(
        ({ name, tone }) =>
          html`<li>
            <svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">
              <rect class="bar-${tone}" width="1" height="1" />
            </svg>
            ${name}
          </li>`,
      )}
    </ul>
  </figure>`;
}

/** One bar of how much of a whole is left. */
export function share(part: number, tone: Series["tone"], label: string): Html {
  const width = Math.max(0.5, Math.min(1, part) * 100).toFixed(1);
  return html`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${label}">
    <rect class="share-ground" width="100" height="6" />
    <rect class="bar-${tone}" width="${width}" height="6" />
  </svg>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The next of 1, 2, 5 times a power of ten: what an axis ends with. */
function niceTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10);
}

function short(value: number): string {
  if (value >= 1_000_000) return `${trimmed(value / 1_000_000)}M`;
  if (value >= 1_000) return `${trimmed(value / 1_000)}k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
