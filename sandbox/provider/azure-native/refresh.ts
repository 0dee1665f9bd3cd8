import { isEqual, isRecord, type Properties } from "../json.ts";

/**
 * The inputs with what has changed between two projections of the outputs. Outputs that the service chose and that did
 * not change stay out of the inputs (read: pulumi-azure-native, Read). Pure.
 */
export function patchInputs(inputs: Properties, before: Properties, now: Properties): Properties {
  const result: Record<string, unknown> = { ...inputs };
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (isEqual(before[name], now[name])) continue;
    if (now[name] === undefined) delete result[name];
    else result[name] = patchValue(inputs[name], before[name], now[name]);
  }
  return result;
}

function patchValue(input: unknown, before: unknown, now: unknown): unknown {
  if (isRecord(input) && isRecord(before) && isRecord(now)) return patchInputs(input, before, now);
  if (!Array.isArray(input) || !Array.isArray(before) || !Array.isArray(now)) return now;
  return now.map((item: unknown, index) =>
    index < input.length && index < before.length ? patchValue(input[index], before[index], item) : item,
  );
}
