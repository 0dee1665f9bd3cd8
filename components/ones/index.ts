export { Ones, type OnesArgs } from "./ones.ts";
