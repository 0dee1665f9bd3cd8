export { default } from "tenantwire/program";
