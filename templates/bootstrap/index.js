export { default } from "tenantwire/bootstrap";
