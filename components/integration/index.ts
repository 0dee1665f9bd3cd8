export { Integration, type IntegrationArgs, type IntegrationSecret, type Trust } from "./integration.ts";
