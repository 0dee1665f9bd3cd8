import { expect, it } from "@jest/globals";
import { exchangeCommands } from "../../contract/exchange.ts";
import type { Cloud } from "../../contract/outputs.ts";

it.each<[Cloud, string]>([
  ["Microsoft", "Connect-ExchangeOnline"],
  ["USGovernment", "Connect-ExchangeOnline -ExchangeEnvironmentName O365USGovGCCHigh"],
  ["21Vianet", "Connect-ExchangeOnline -ExchangeEnvironmentName O365China"],
])("Exchange of the cloud %s is connected to by its name", (cloud, first) => {
  const args = { displayName: "ONES", clientId: "1", principalId: "2", scope: { name: "Rooms", recipientFilter: "x" } };
  expect(exchangeCommands({ ...args, cloud })[0]).toBe(first);
});
