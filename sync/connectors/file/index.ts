export { createFileTarget, type FileTargetOptions } from "./target.ts";
