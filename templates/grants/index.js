export { default } from "tenantwire/grants";
