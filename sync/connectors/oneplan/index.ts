export { createOnePlanTarget } from "./target.ts";
