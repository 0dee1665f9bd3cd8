import type { Integrations } from "../../contract/outputs.ts";
import type { OnesOutputs } from "../../contract/outputs/ones.ts";
import { type OnesSettings, syncedUsers } from "./settings.ts";

/** @param keyVaultSecret name of the vault secret that holds the token of the server's external API, where it is kept */
export function outputs(settings: OnesSettings, keyVaultSecret: string | undefined): Integrations {
  return { ...server(settings, keyVaultSecret), ...form(settings) };
}

function server(settings: OnesSettings, keyVaultSecret: string | undefined): Pick<Integrations, "ones"> {
  const { baseUrl, key, rooms, routes } = settings;
  if (baseUrl === undefined || key === undefined || keyVaultSecret === undefined) return {};
  const users = synced(settings);
  return {
    ones: {
      baseUrl,
      keyName: key.name,
      keyVaultSecret,
      ...(users && { users }),
      ...(rooms && { rooms }),
      ...(routes !== undefined && { routes }),
    },
  };
}

/** Card numbers of ONES have one place to go to. */
function synced(settings: OnesSettings): OnesOutputs["users"] {
  const users = syncedUsers(settings);
  if (!users) return undefined;
  const { cardNumber, ...rest } = users;
  return { ...rest, ...(cardNumber && { cardNumber: { ...cardNumber, field: "cardNumber" } }) };
}

function form({ microsoft365 }: OnesSettings): Pick<Integrations, "onesMicrosoft365"> {
  if (!microsoft365) return {};
  const { mode, integrationName, rooms, applyPolicyToRooms, defaultUserGroups, cardNumber, loginButtonName } =
    microsoft365;
  return {
    onesMicrosoft365: {
      mode,
      integrationName,
      registration: "ones",
      ...(microsoft365.singleSignOn && { singleSignOn: "ones-sign-in" }),
      ...(rooms && { rooms }),
      applyPolicyToRooms,
      defaultUserGroups,
      cardNumber,
      loginButtonName,
    },
  };
}
