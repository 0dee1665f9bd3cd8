export { createOnePlanTarget, type OnePlanTargetOptions } from "./target.ts";
