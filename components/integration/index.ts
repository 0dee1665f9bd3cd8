export {
  Integration,
  type IntegrationArgs,
  type IntegrationSecret,
  type RegistrationArgs,
  type Trust,
} from "./integration.ts";
