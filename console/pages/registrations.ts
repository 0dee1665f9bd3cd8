/** What the registrations of the stack may do, and what somebody changed by hand. @packageDocumentation */
import { may } from "../../contract/access/rules.ts";
import type { Registration } from "../../contract/outputs.ts";
import { describePermission, type PermissionKind } from "../../contract/permissions/index.ts";
import { listed } from "../../contract/words.ts";
import type { Role } from "../access.ts";
import type { Registrations, SeenRegistration } from "../data/registrations.ts";
import { type Html, html } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { chip, empty, table } from "./parts.ts";
import { relative } from "./times.ts";

export function registrationsPage({ registrations, at }: Registrations, role: Role | null): Page {
  return {
    title: "Registrations",
    ...(at !== undefined && { asOf: new Date(at) }),
    body: ({ clock, csrf }) =>
      html`<p>
          ${at === undefined ? "What is declared, as it was deployed. Nobody has looked yet at what is there." : html`What is there was looked at ${relative(at, clock)}.`}
        </p>
        ${role !== null && may(role, "run a sync, or what failed again") && registrations.length > 0 && form("/registrations/look", csrf, html`<button class="button">Look at the tenant now</button>`)}
        ${registrations.length === 0 ? empty("This stack has made no registration.") : registrations.map(section)}`,
  };
}

const consents: Readonly<Record<Registration["consent"]["mode"], string>> = {
  grant: "granted by the deployment of the stack",
  apart: "granted by a deployment of its own",
  link: "given by an administrator of the tenant, by a link",
  none: "none from here",
};

function section({ registration, differences }: SeenRegistration): Html {
  const { name, displayName, clientId, redirectUris, consent, audience, exchangeScope } = registration;
  const ways =
    differences === undefined
      ? chip("calm", "not looked at")
      : differences.length === 0
        ? chip("good", "as declared")
        : chip("bad", "not as declared");
  return html`<section class="card" aria-labelledby="registration-${name}">
    <h2 id="registration-${name}">${displayName}</h2>
    <p>
      ${ways}
      <span class="soft">${audience === "multipleTenants" ? "open to other tenants" : "this tenant alone"}</span>
    </p>
    ${
      differences !== undefined &&
      differences.length > 0 &&
      html`<ul>
        ${differences.map((line) => html`<li>${line}</li>`)}
      </ul>`
    }
    <dl class="facts">
      <dt>Client id</dt>
      <dd><code>${clientId}</code></dd>
      <dt>Consent</dt>
      <dd>${consents[consent.mode]}</dd>
      ${
        redirectUris.length > 0 &&
        html`<dt>Sends people to</dt>
          <dd>${listed(redirectUris)}</dd>`
      }
      ${
        exchangeScope &&
        html`<dt>Mailboxes</dt>
          <dd>only ${exchangeScope.name}: <code>${exchangeScope.recipientFilter}</code></dd>`
      }
    </dl>
    ${permissionsOf(registration)}
  </section>`;
}

function permissionsOf({ permissions }: Registration): Html {
  const kinds: readonly PermissionKind[] = ["application", "delegated"];
  const rows = kinds.flatMap((kind) =>
    permissions[kind].map((name) => {
      const { allows, tier, reason } = describePermission(name, kind);
      return [
        html`<code class="word">${name}</code>`,
        html`${allows}
          <span class="soft"
            >${kind === "delegated" ? "of whoever is signed in, and with them" : "with nobody signed in"}</span
          >`,
        html`${chip(tier === 0 ? "bad" : tier === 2 ? "calm" : "warn", typeof tier === "number" ? `tier ${tier}` : tier)}
          <span class="soft">${reason}</span>`,
      ];
    }),
  );
  return rows.length === 0
    ? html`<p class="soft">It may do nothing in Microsoft Graph.</p>`
    : table(["Permission", "It can", "Weight"], rows);
}
